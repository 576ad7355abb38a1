import type { SimulatorClock } from './clock.js';
import { DueLane, type Ack, type Lane, type LaneOptions, type Parcel } from './lane.js';

const MAX_IN_FLIGHT = 8;
/** Receipts that end within this time of one another travel together, where the lane allows more than one a push. */
const TOGETHER_MS = 1_000;
const MAX_TIMER_MS = 2_000_000_000;

/** Where time stands and what is still to be said; `pushed` and `failed` (given up) count the entries of this move alone. */
export interface Moved {
  at: string;
  isStanding: boolean;
  pushed: number;
  failed: number;
  pending: number;
  nextDueAt: string | null;
}

/**
 * Brings receipts and uplinks out when they fall due: by a timer in real time, or in order while the clock is being set.
 * At most eight pushes are open at once.
 */
export class Courier {
  private readonly lanes: DueLane<unknown>[] = [];
  private order = 0;
  private inFlight = 0;
  private entriesInFlight = 0;
  private generation = 0;
  private tally = { pushed: 0, failed: 0 };
  private target: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private armedFor = Infinity;
  private onQuiet: (() => void)[] = [];
  private moves: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly clock: SimulatorClock) {}

  lane<T>(options: LaneOptions<T>): Lane<T> {
    const lane = new DueLane<T>(
      options,
      () => (this.order += 1),
      (at) => this.arm(at),
    );
    this.lanes.push(lane as DueLane<unknown>);
    return lane;
  }

  /** Sets the clock and answers when everything due up to `to` was pushed and acknowledged, or given up. Moves queue up. */
  moveTo(to: number | undefined): Promise<Moved> {
    const move = this.moves.then(() => (to === undefined ? this.runFreely() : this.standAt(to)));
    this.moves = move.catch(() => undefined);
    return move;
  }

  state(since = { ...this.tally }): Moved {
    const next = this.nextAt;
    return {
      at: new Date(this.clock.now()).toISOString(),
      isStanding: this.clock.isStanding,
      pushed: this.tally.pushed - since.pushed,
      failed: this.tally.failed - since.failed,
      pending: this.lanes.reduce((sum, lane) => sum + lane.size, this.entriesInFlight),
      nextDueAt: Number.isFinite(next) ? new Date(next).toISOString() : null,
    };
  }

  /** Forgets what is still to be said; what is on its way is not called back, but not retried either. */
  forget(): void {
    this.generation += 1;
    for (const lane of this.lanes) lane.clear();
  }

  close(): void {
    this.isClosed = true;
    this.forget();
    clearTimeout(this.timer);
  }

  private async standAt(to: number): Promise<Moved> {
    const before = { ...this.tally };
    this.clock.stand(Math.min(to, this.clock.now()));
    this.target = to;
    const quiet = new Promise<void>((resolve) => this.onQuiet.push(resolve));
    this.pump();
    await quiet;
    this.target = undefined;
    this.clock.stand(to);
    return this.state(before);
  }

  private runFreely(): Moved {
    const before = { ...this.tally };
    this.clock.run();
    this.armedFor = Infinity;
    this.arm(this.nextAt);
    return this.state(before);
  }

  private get nextAt(): number {
    return Math.min(...this.lanes.map((lane) => lane.nextAt), Infinity);
  }

  private get horizon(): number {
    return this.target ?? this.clock.now();
  }

  private pump(): void {
    while (this.inFlight < MAX_IN_FLIGHT && !this.isClosed) {
      const parcel = this.nextParcel();
      if (!parcel) break;
      if (this.target !== undefined) this.clock.stand(Math.max(this.clock.now(), parcel.at));
      this.inFlight += 1;
      this.entriesInFlight += parcel.size;
      void this.carry(parcel, this.generation);
    }
    if (this.inFlight === 0) this.onQuiet.splice(0).forEach((resolve) => resolve());
    this.armedFor = Infinity;
    this.arm(this.nextAt);
  }

  private nextParcel(): Parcel | undefined {
    let first: DueLane<unknown> | undefined;
    let others = Infinity;
    for (const lane of this.lanes) {
      if (lane.nextAt < (first?.nextAt ?? Infinity)) {
        others = Math.min(others, first?.nextAt ?? Infinity);
        first = lane;
      } else others = Math.min(others, lane.nextAt);
    }
    if (!first || first.nextAt > this.horizon) return undefined;
    const together = this.clock.isStanding ? Math.min(first.nextAt + TOGETHER_MS, others) : this.horizon;
    return first.take(Math.min(this.horizon, together));
  }

  private async carry(parcel: Parcel, generation: number): Promise<void> {
    const ack: Ack = await parcel.send().catch((): Ack => 'failed');
    this.inFlight -= 1;
    this.entriesInFlight -= parcel.size;
    if (ack === 'taken') this.tally.pushed += parcel.size;
    if (ack === 'failed' && generation === this.generation) {
      this.tally.failed += parcel.retry(this.clock.isStanding ? parcel.at : this.clock.now());
    }
    this.pump();
  }

  /** In real time a timer waits for the earliest entry; while the clock stands only what is already due may go. */
  private arm(at: number): void {
    if (this.isClosed || at >= this.armedFor || !Number.isFinite(at)) return;
    if (this.clock.isStanding && (this.target !== undefined || at > this.clock.now())) return;
    if (this.inFlight >= MAX_IN_FLIGHT) return;
    clearTimeout(this.timer);
    this.armedFor = at;
    this.timer = setTimeout(() => this.pump(), Math.min(MAX_TIMER_MS, Math.max(0, at - this.clock.now())));
  }
}
