import { Injectable } from '@nestjs/common';
import type { Gateway } from '../../gateways/index.js';
import { Clock, CountyTime, Database, type Instant } from '../../platform/index.js';

interface Bucket {
  tokens: number;
  filledAt: Instant;
}

/** Requests a second or a minute: a bucket that fills with time and is emptied by calls. Pure but for its own state. */
const fill = (bucket: Bucket, rate: number, perMs: number, now: Instant): void => {
  if (now < bucket.filledAt) bucket.filledAt = now;
  bucket.tokens = Math.min(rate, bucket.tokens + ((now - bucket.filledAt) / perMs) * rate);
  bucket.filledAt = now;
};

/**
 * Keeps a gateway's limits. `perSecond` and `perMinute` count requests, `perDay` counts recipients (a county day, kept in the
 * database, hence over all workers and restarts).
 */
@Injectable()
export class Limits {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  /** How many of `wanted` calls may leave now; where none may, when to come back. */
  async grant(gateway: Gateway, wanted: number): Promise<{ calls: number; comeBackAt: Instant }> {
    const now = this.clock.now();
    let calls = wanted;
    let comeBackAt = now;
    for (const [rate, perMs] of [
      [gateway.limits.perSecond, 1000],
      [gateway.limits.perMinute, 60_000],
    ] as const) {
      if (rate === undefined) continue;
      const bucket = this.bucket(`${gateway.key}:${perMs}`, rate, now);
      fill(bucket, rate, perMs, now);
      calls = Math.min(calls, Math.floor(bucket.tokens + 1e-9));
      if (bucket.tokens < 1) comeBackAt = Math.max(comeBackAt, now + Math.ceil(((1 - bucket.tokens) / rate) * perMs));
    }
    if (calls > 0) this.spend(gateway, calls);
    return { calls: Math.max(0, calls), comeBackAt };
  }

  /** Recipients that the day's quota still allows; when it is used up, the next county midnight is the time to come back. */
  async dayQuota(gateway: Gateway): Promise<{ left: number; comeBackAt: Instant }> {
    const now = this.clock.now();
    if (gateway.limits.perDay === undefined) return { left: Number.MAX_SAFE_INTEGER, comeBackAt: now };
    const row = await this.database.one<{ recipients: number }>(
      'SELECT recipients FROM gateway_usage WHERE gateway = ? AND day = ?',
      [gateway.key, this.county.dayNumber(now)],
    );
    return {
      left: gateway.limits.perDay - Number(row?.recipients ?? 0),
      comeBackAt: this.county.timeOfDay(now, '24:00'),
    };
  }

  /** Counts recipients of calls that are about to be opened, inside their transaction; false where the day has no room for them. */
  async use(gateway: Gateway, recipients: number): Promise<boolean> {
    const { perDay } = gateway.limits;
    if (perDay === undefined) return true;
    const day = this.county.dayNumber(this.clock.now());
    await this.database.insert('gateway_usage', ['gateway', 'day', 'recipients'], [[gateway.key, day, 0]], 'ignore');
    const changed = await this.database.execute(
      'UPDATE gateway_usage SET recipients = recipients + ? WHERE gateway = ? AND day = ? AND recipients + ? <= ?',
      [recipients, gateway.key, day, recipients, perDay],
    );
    return changed === 1;
  }

  private bucket(key: string, rate: number, now: Instant): Bucket {
    const known = this.buckets.get(key);
    if (known) return known;
    const made = { tokens: rate, filledAt: now };
    this.buckets.set(key, made);
    return made;
  }

  private spend(gateway: Gateway, calls: number): void {
    for (const perMs of [1000, 60_000]) {
      const bucket = this.buckets.get(`${gateway.key}:${perMs}`);
      if (bucket) bucket.tokens -= calls;
    }
  }
}
