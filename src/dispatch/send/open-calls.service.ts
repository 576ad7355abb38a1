import { Injectable } from '@nestjs/common';
import type { Gateway } from '../../gateways/index.js';
import { Shares } from './shares.service.js';

/** Where neither the deployment nor the gateway's documents say how many calls may be open at once. */
const CONCURRENT = 4;
/** What one kill may leave in doubt at a gateway, where the deployment says nothing. */
const MAX_OPEN_RECIPIENTS = 4000;

export interface Allowance {
  readonly calls: number;
  readonly recipients: number;
}

/** How many calls, and how many recipients in them, may be open at a gateway: a kill leaves that much in doubt, and no more. */
export const openLimits = ({ limits }: Pick<Gateway, 'limits'>): Allowance => ({
  calls: limits.concurrent ?? CONCURRENT,
  recipients: limits.maxOpenRecipients ?? MAX_OPEN_RECIPIENTS,
});

/** The largest call that fits into what may be open at a gateway. */
export const callLimits = (gateway: Pick<Gateway, 'limits'>): { sameContent: number; ownContent: number } => {
  const { recipients } = openLimits(gateway);
  return {
    sameContent: Math.min(gateway.limits.sameContent, recipients),
    ownContent: Math.min(gateway.limits.ownContent, recipients),
  };
};

/** The batches that this process sends through one gateway at once. */
interface Counter {
  readonly gateway: Gateway;
  seats: Seat[];
  /** What all of them may have open together. */
  limits: Allowance;
  /** While the share is asked for, nobody takes of it. */
  asking: Promise<void> | null;
}

const quiet = async (counter: Counter): Promise<void> => {
  while (counter.asking) await counter.asking;
};

/**
 * Shares what may be open at a gateway between the batches that this process sends at once; the gateway's own limit of
 * concurrent calls is shared with all other processes before. Who sits down when everything is open waits for the others'
 * next windows, which are smaller by that share.
 */
@Injectable()
export class OpenCalls {
  private readonly counters = new Map<string, Counter>();

  constructor(private readonly shares: Shares) {}

  /** A seat at the gateway; null where so many sit there, here or in other processes, that there is no call for one more. */
  async enter(gateway: Gateway, largest: number): Promise<Seat | null> {
    const counter = this.counters.get(gateway.key) ?? { gateway, seats: [], limits: openLimits(gateway), asking: null };
    this.counters.set(gateway.key, counter);
    await this.refresh(counter);
    const { limits, seats } = counter;
    const size = Math.min(largest, Math.max(...Object.values(callLimits(gateway))));
    const widest = Math.max(size, ...seats.map((seat) => seat.largest));
    const room = Math.min(limits.calls, Math.max(1, Math.floor(limits.recipients / widest)));
    if (seats.length >= room) return null;
    const seat = new Seat(size, counter, () => this.refresh(counter));
    counter.seats = [...seats, seat];
    return seat;
  }

  async leave(gateway: Gateway, seat: Seat): Promise<void> {
    const counter = this.counters.get(gateway.key);
    if (!counter) return;
    counter.seats = counter.seats.filter((other) => other !== seat);
    for (const other of counter.seats) other.lookAgain();
    await quiet(counter);
    if (counter.seats.length > 0 || gateway.limits.concurrent === undefined) return;
    counter.limits = { ...counter.limits, calls: 0 };
    counter.asking = this.shares.leave(gateway.key).finally(() => (counter.asking = null));
    await counter.asking;
  }

  /** Says that this process lives and sends, for windows that last longer than its share holds. */
  async renew(): Promise<void> {
    for (const counter of this.counters.values()) if (counter.seats.length > 0) await this.refresh(counter);
  }

  /** Nobody asks and nobody leaves when it resolves: what is read then may be taken. */
  private async refresh(counter: Counter): Promise<void> {
    if (counter.gateway.limits.concurrent === undefined) return;
    await quiet(counter);
    await this.ask(counter, counter.gateway.limits.concurrent);
    await quiet(counter);
  }

  private async ask(counter: Counter, total: number): Promise<void> {
    const open = counter.seats.reduce((sum, seat) => sum + seat.open, 0);
    const asked = this.shares.of(counter.gateway.key, { total, open: Math.max(open, counter.seats.length) });
    counter.asking = asked
      .then((calls) => void (counter.limits = { ...counter.limits, calls }))
      .finally(() => (counter.asking = null));
    await counter.asking;
  }
}

/** One batch on its way through a gateway. */
export class Seat {
  private taken: Allowance = { calls: 0, recipients: 0 };
  private wake: () => void = () => undefined;

  constructor(
    readonly largest: number,
    private readonly at: { readonly seats: readonly Seat[]; readonly limits: Allowance },
    private readonly refresh: () => Promise<void>,
  ) {}

  /** Calls that are open from this seat, or may be any moment. */
  get open(): number {
    return this.taken.calls;
  }

  /**
   * How much may be opened from this seat now, in the place of what it has open; it is taken until `hold` says what came of it.
   * Waits while there is nothing to be had, which is never so for one that has answers to settle: what they free is its own.
   * No calls: others need them more, the batch is to be given back.
   */
  async allowance(): Promise<Allowance> {
    for (;;) {
      await this.refresh();
      const mine = { calls: this.left('calls'), recipients: this.left('recipients') };
      if (this.taken.calls > 0 || (mine.calls >= 1 && mine.recipients >= this.largest)) {
        this.taken = {
          calls: Math.max(this.taken.calls, mine.calls),
          recipients: Math.max(this.taken.recipients, mine.recipients),
        };
        return mine;
      }
      if (this.left('calls') < 1 && this.at.seats.length > this.at.limits.calls) return { calls: 0, recipients: 0 };
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private left(name: keyof Allowance): number {
    const { seats } = this.at;
    const total = this.at.limits[name];
    const shareOf = (seat: Seat): number =>
      Math.floor(total / seats.length) + (seats.indexOf(seat) < total % seats.length ? 1 : 0);
    // Who comes in leaves the others their shares, also where their open windows are smaller for the moment.
    const takenBy = (seat: Seat): number =>
      this.taken.calls > 0 ? seat.taken[name] : Math.max(seat.taken[name], shareOf(seat));
    const others = seats.filter((seat) => seat !== this).reduce((sum, seat) => sum + takenBy(seat), 0);
    return Math.max(0, Math.min(shareOf(this), total - others));
  }

  /** What is open from here on: what was committed, and nothing else. */
  hold(window: Allowance): void {
    this.taken = window;
    for (const seat of this.at.seats) if (seat !== this) seat.lookAgain();
  }

  lookAgain(): void {
    this.wake();
  }
}
