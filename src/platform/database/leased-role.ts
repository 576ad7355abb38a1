import type { Leases } from './leases.js';

/** Asked before each pass of a longer work: true while the role is still ours and the house is open. Renews the lease. */
export type GoesOn = () => Promise<boolean>;

/** A role that one process at a time plays, round after round, each of as many passes as there is work for. */
export class LeasedRole {
  private busy: Promise<unknown> | null = null;
  private isStopping = false;

  /** `leaseMs` is longer than any one pass: whoever is silent for so long is taken to have died. */
  constructor(
    private readonly leases: Leases,
    private readonly of: { readonly name: string; readonly owner: string; readonly leaseMs: number },
  ) {}

  /** One round where the role is free or ours, else `otherwise`; never two at once in a process, and none once it stops. */
  async play(work: (goesOn: GoesOn) => Promise<void>, otherwise: () => void = () => undefined): Promise<void> {
    if (this.isStopping || this.busy) return;
    const goesOn = async () => !this.isStopping && (await this.take());
    const round = async () => ((await this.take()) ? work(goesOn) : otherwise());
    this.busy = round().finally(() => (this.busy = null));
    await this.busy;
  }

  /** Resolves when the pass in hand is over and the role is free for others. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.busy?.catch(() => undefined);
    await this.leases.release(this.of.name, this.of.owner);
  }

  private take(): Promise<boolean> {
    return this.leases.take(this.of.name, this.of.owner, this.of.leaseMs);
  }
}

/** For who works through everything at once and under no lease: a command, a test. */
export const always: GoesOn = () => Promise.resolve(true);
