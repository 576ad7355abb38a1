import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { Database } from './database.js';

/** Roles that only one process may play at a time (the ledger's sealer, a poller): a row, an owner, an end. */
@Injectable()
export class Leases {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Takes or renews the lease; false where another owner holds it. */
  async take(name: string, owner: string, ms: number): Promise<boolean> {
    const now = this.clock.now();
    return this.database.transaction(async () => {
      await this.database.insert('leases', ['name', 'owner', 'until'], [[name, owner, 0]], 'ignore');
      const changed = await this.database.execute(
        'UPDATE leases SET owner = ?, until = ? WHERE name = ? AND (owner = ? OR until < ?)',
        [owner, now + ms, name, owner, now],
      );
      return changed > 0;
    });
  }

  /**
   * Runs `work` in a transaction in which, in whatever process, no other of this name is at the same time: a lease says who
   * should work, and whoever was held up may come back after it ran out.
   */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    // Before the transaction: MariaDB locks a row that an insert passes over, and two who did so would wait for each other.
    await this.database.insert('leases', ['name', 'owner', 'until'], [[name, '', 0]], 'ignore');
    return this.database.transaction(async () => {
      await this.database.one(`SELECT name FROM leases WHERE name = ?${this.database.forUpdate}`, [name]);
      return work();
    });
  }

  async release(name: string, owner: string): Promise<void> {
    await this.database.execute('UPDATE leases SET until = 0 WHERE name = ? AND owner = ?', [name, owner]);
  }
}
