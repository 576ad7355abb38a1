import { DueHeap, type Due } from './due.js';

/** What came of a push: acknowledged; set aside without a push (for polling, or nobody listens); or not acknowledged. */
export type Ack = 'taken' | 'kept' | 'failed';

export interface LaneOptions<T> {
  /** How many entries one push may carry. */
  perPush: number;
  /** Waits before the second, third … try, in ms of the simulator's clock; when they are used up, the entry is lost. */
  retryAfterMs: readonly number[];
  push(entries: T[]): Promise<Ack> | Ack;
}

/** Where a gateway puts what it will say later. */
export interface Lane<T> {
  schedule(at: number, what: T): void;
}

/** Some entries of one lane on their way out together. */
export interface Parcel {
  at: number;
  size: number;
  send(): Promise<Ack>;
  /** Puts the entries back for their next try after `now`; answers how many had no try left. */
  retry(now: number): number;
}

/** One gateway's due entries, earliest first. */
export class DueLane<T> implements Lane<T> {
  private readonly heap = new DueHeap<T>();

  constructor(
    private readonly options: LaneOptions<T>,
    private readonly nextOrder: () => number,
    private readonly onScheduled: (at: number) => void,
  ) {}

  get size(): number {
    return this.heap.size;
  }

  get nextAt(): number {
    return this.heap.nextAt;
  }

  schedule(at: number, what: T): void {
    this.heap.push({ at, order: this.nextOrder(), attempt: 0, what });
    this.onScheduled(at);
  }

  /** Takes the earliest entry and, up to the lane's size of a push, those due until `until`. */
  take(until: number): Parcel | undefined {
    const taken: Due<T>[] = [];
    while (taken.length < this.options.perPush && this.heap.nextAt <= until) {
      const due = this.heap.pop();
      if (due) taken.push(due);
    }
    const last = taken[taken.length - 1];
    if (!last) return undefined;
    return {
      at: last.at,
      size: taken.length,
      send: async () => this.options.push(taken.map(({ what }) => what)),
      retry: (now) => this.retry(taken, now),
    };
  }

  clear(): void {
    this.heap.clear();
  }

  private retry(taken: Due<T>[], now: number): number {
    let lost = 0;
    for (const due of taken) {
      const waitMs = this.options.retryAfterMs[due.attempt];
      if (waitMs === undefined) lost += 1;
      else this.heap.push({ ...due, at: now + waitMs, attempt: due.attempt + 1 });
    }
    if (lost < taken.length) this.onScheduled(this.heap.nextAt);
    return lost;
  }
}
