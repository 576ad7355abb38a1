import { Injectable } from '@nestjs/common';
import { Chance, Clock, Database, seconds, type Instant } from '../../platform/index.js';
import { shareOf, type Holding } from './share.js';

/** A process that was not heard of for so long is dead: its share is free again. */
const HOLD_MS = seconds(10);
/** One that has nothing is waited for no longer than this. */
const ASK_MS = seconds(3);
/** How old a share may be before it is asked for again: so quickly it evens out when processes come and go. */
const FRESH_MS = seconds(1);

/** What a gateway's seats have open here, and how many calls the gateway takes from all processes together. */
export interface Wish {
  readonly total: number;
  readonly open: number;
}

interface Held {
  calls: number;
  readAt: Instant;
}

/**
 * Divides the calls that a gateway takes at once among the processes that send through it: a row a process, renewed as long as
 * it sends, so that one that was killed gives its share back by dying. One short transaction a second, a process and a gateway.
 */
@Injectable()
export class Shares {
  private readonly owner: string;
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    chance: Chance,
  ) {
    this.owner = chance.token(12);
  }

  /** How many calls this process may have open at the gateway now. */
  async of(gateway: string, { total, open }: Wish): Promise<number> {
    const known = this.held.get(gateway);
    const now = this.clock.now();
    if (known && Math.abs(now - known.readAt) < FRESH_MS) return known.calls;
    const calls = await this.database.transaction(() => this.take(gateway, { total, open }));
    this.held.set(gateway, { calls, readAt: now });
    return calls;
  }

  /** Gives the share back, for nothing is open here any more. */
  async leave(gateway: string): Promise<void> {
    if (!this.held.delete(gateway)) return;
    await this.database.execute('DELETE FROM gateway_shares WHERE gateway = ? AND owner = ?', [gateway, this.owner]);
  }

  private async take(gateway: string, { total, open }: Wish): Promise<number> {
    const now = this.clock.now();
    await this.lock(gateway);
    await this.database.execute('DELETE FROM gateway_shares WHERE gateway = ? AND until < ?', [gateway, now]);
    const others = await this.database.query<Holding>(
      'SELECT owner, calls FROM gateway_shares WHERE gateway = ? AND owner <> ? ORDER BY owner',
      [gateway, this.owner],
    );
    const calls = shareOf(total, { owner: this.owner, open }, others);
    await this.database.upsert(
      'gateway_shares',
      ['gateway', 'owner'],
      ['calls', 'until'],
      [[gateway, this.owner, calls, now + (calls > 0 ? HOLD_MS : ASK_MS)]],
      { replace: ['calls', 'until'] },
    );
    return calls;
  }

  /** The gateway's row stands for all its shares: who divides them does it alone. */
  private async lock(gateway: string): Promise<void> {
    if (this.database.dialect !== 'mysql') return;
    const find = () =>
      this.database.one(`SELECT gateway FROM gateway_pace WHERE gateway = ?${this.database.forUpdate}`, [gateway]);
    if (await find()) return;
    await this.database.insert('gateway_pace', ['gateway', 'nextUs'], [[gateway, 0]], 'ignore');
    await find();
  }
}
