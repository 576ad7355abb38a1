import { Injectable } from '@nestjs/common';
import type { Gateway } from '../../gateways/index.js';

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

/**
 * Shares what may be open at a gateway between the batches that this process sends at once, so that its limit holds for all of
 * them together. Who sits down when everything is open waits for the others' next windows, which are smaller by that share.
 */
@Injectable()
export class OpenCalls {
  private readonly seats = new Map<string, Seat[]>();

  /** A seat at the gateway; null where so many sit there that a share would not hold one call of `largest` recipients. */
  enter(gateway: Gateway, largest: number): Seat | null {
    const limits = openLimits(gateway);
    const size = Math.min(largest, Math.max(...Object.values(callLimits(gateway))));
    const here = this.seats.get(gateway.key) ?? [];
    const widest = Math.max(size, ...here.map((seat) => seat.largest));
    if (here.length >= Math.max(1, Math.min(limits.calls, Math.floor(limits.recipients / widest)))) return null;
    const seat = new Seat(limits, size, () => this.seats.get(gateway.key) ?? []);
    this.seats.set(gateway.key, [...here, seat]);
    return seat;
  }

  leave(gateway: Gateway, seat: Seat): void {
    const left = (this.seats.get(gateway.key) ?? []).filter((other) => other !== seat);
    if (left.length > 0) this.seats.set(gateway.key, left);
    else this.seats.delete(gateway.key);
    for (const other of left) other.lookAgain();
  }
}

/** One batch on its way through a gateway. */
export class Seat {
  private taken: Allowance = { calls: 0, recipients: 0 };
  private wake: () => void = () => undefined;

  constructor(
    private readonly limits: Allowance,
    readonly largest: number,
    private readonly here: () => readonly Seat[],
  ) {}

  /**
   * How much may be opened from this seat now, in the place of what it has open; it is taken until `hold` says what came of it.
   * Waits while there is nothing to be had, which is never so for one that has answers to settle: what they free is its own.
   */
  async allowance(): Promise<Allowance> {
    for (;;) {
      const mine = { calls: this.left('calls'), recipients: this.left('recipients') };
      if (this.taken.calls > 0 || (mine.calls >= 1 && mine.recipients >= this.largest)) {
        this.taken = {
          calls: Math.max(this.taken.calls, mine.calls),
          recipients: Math.max(this.taken.recipients, mine.recipients),
        };
        return mine;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private left(name: keyof Allowance): number {
    const seats = this.here();
    const total = this.limits[name];
    const shareOf = (seat: Seat): number =>
      Math.floor(total / seats.length) + (seats.indexOf(seat) < total % seats.length ? 1 : 0);
    // Who comes in leaves the others their shares, also where their open windows are smaller for the moment.
    const takenBy = (seat: Seat): number =>
      this.taken.calls > 0 ? seat.taken[name] : Math.max(seat.taken[name], shareOf(seat));
    const others = seats.filter((seat) => seat !== this).reduce((sum, seat) => sum + takenBy(seat), 0);
    return Math.min(shareOf(this), total - others);
  }

  /** What is open from here on: what was committed, and nothing else. */
  hold(window: Allowance): void {
    this.taken = window;
    for (const seat of this.here()) if (seat !== this) seat.lookAgain();
  }

  lookAgain(): void {
    this.wake();
  }
}
