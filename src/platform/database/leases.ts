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

  async release(name: string, owner: string): Promise<void> {
    await this.database.execute('UPDATE leases SET until = 0 WHERE name = ? AND owner = ?', [name, owner]);
  }
}
