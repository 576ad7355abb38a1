import type { Instant } from '../kernel/index.js';

/** The one source of time. Nothing else in the product asks the machine what time it is. */
export abstract class Clock {
  abstract now(): Instant;
  /** Resolves when this clock has moved on by `ms`. A stepped clock resolves when it is set that far. */
  abstract sleep(ms: number): Promise<void>;
  /** Resolves when `at` has come, for what is paced. A clock that stands makes nobody wait: there all happens at one instant. */
  abstract paced(at: Instant): Promise<void>;
}

const realTime = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class SystemClock extends Clock {
  override now(): Instant {
    return Date.now();
  }
  override sleep(ms: number): Promise<void> {
    return realTime(ms);
  }
  override async paced(at: Instant): Promise<void> {
    const left = at - this.now();
    if (left > 0) await realTime(left);
  }
}

/** A clock that stands until it is set: for the demo, which lives a month in a minute, for practice and for tests. */
export class SteppedClock extends Clock {
  private waiting: { at: Instant; wake: () => void }[] = [];
  private follows: { real: Instant; shown: Instant } | null = null;

  constructor(private at: Instant) {
    super();
  }

  override now(): Instant {
    return this.follows ? this.follows.shown + (Date.now() - this.follows.real) : this.at;
  }

  override sleep(ms: number): Promise<void> {
    if (this.follows) return realTime(ms);
    return new Promise((wake) => this.waiting.push({ at: this.at + ms, wake }));
  }

  override async paced(at: Instant): Promise<void> {
    const left = at - this.now();
    if (this.follows && left > 0) await realTime(left);
  }

  /** Moves the clock; it never goes back unless a test says so (a jump backwards is one of the faults that are tested). */
  set(at: Instant): void {
    this.at = at;
    const due = this.waiting.filter((w) => w.at <= at);
    this.waiting = this.waiting.filter((w) => w.at > at);
    for (const w of due) w.wake();
  }

  /** From here on the clock runs by itself, starting at what it shows now. */
  run(): void {
    this.follows = { real: Date.now(), shown: this.at };
    for (const w of this.waiting) setTimeout(w.wake, Math.max(0, w.at - this.at));
    this.waiting = [];
  }
}
