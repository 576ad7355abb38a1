/** The robots' limit: so many messages in any sixty seconds, on the clock that the caller passes in epoch ms. */
export class MinuteLimit {
  private readonly takenAt = new Map<string, number[]>();
  private readonly blockedAt = new Map<string, number>();

  constructor(private readonly options: { perMinute: number; blockMs: number }) {}

  /** Takes one for `key`; false beyond the limit, and then for `blockMs` whatever happens. */
  take(key: string, now: number): boolean {
    const blockedAt = this.blockedAt.get(key);
    if (blockedAt !== undefined && isWithin(blockedAt, this.options.blockMs, now)) return false;
    const recent = (this.takenAt.get(key) ?? []).filter((at) => isWithin(at, 60_000, now));
    this.takenAt.set(key, recent);
    if (recent.length < this.options.perMinute) {
      recent.push(now);
      return true;
    }
    if (this.options.blockMs > 0) this.blockedAt.set(key, now);
    return false;
  }

  clear(): void {
    this.takenAt.clear();
    this.blockedAt.clear();
  }
}

/** A set clock may go back; what lies in its future no longer counts. */
const isWithin = (at: number, ms: number, now: number): boolean => at <= now && now - at < ms;

interface Window {
  since: number;
  count: number;
}

/** Aliyun voice, for each callee: 1 a minute, 5 an hour, 20 in 24 hours; a window opens with the first real call in it. */
const calleeWindows = [
  { ms: 60_000, max: 1 },
  { ms: 3_600_000, max: 5 },
  { ms: 86_400_000, max: 20 },
];

export class CalleeLimit {
  private readonly windows = new Map<string, Window[]>();

  /** Takes one call to `callee`; false when any window is full, and then nothing is counted. */
  take(callee: string, now: number): boolean {
    const before = this.windows.get(callee);
    const open = calleeWindows.map(({ ms }, i) => {
      const window = before?.[i];
      return window && isWithin(window.since, ms, now) ? window : { since: now, count: 0 };
    });
    if (open.some(({ count }, i) => count >= (calleeWindows[i]?.max ?? 0))) return false;
    for (const window of open) window.count += 1;
    this.windows.set(callee, open);
    return true;
  }

  clear(): void {
    this.windows.clear();
  }
}

/** Remembers one-time words for at least half an hour, twice the time for which a signature is good. */
export class NonceMemory {
  private young = new Set<string>();
  private old = new Set<string>();
  private since = 0;

  /** False when the word was used before. */
  use(nonce: string, now: number): boolean {
    if (Math.abs(now - this.since) >= 1_800_000) {
      this.old = this.young;
      this.young = new Set();
      this.since = now;
    }
    if (this.young.has(nonce) || this.old.has(nonce)) return false;
    this.young.add(nonce);
    return true;
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }
}
