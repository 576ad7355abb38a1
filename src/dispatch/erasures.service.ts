import { Injectable, type OnModuleInit } from '@nestjs/common';
import { People } from '../audience/index.js';
import { Database, marks, SettlementLog } from '../platform/index.js';

/**
 * Who is erased leaves the counts and nothing else: addresses and variables go from the deliveries, inside the erasure's
 * transaction. So they do from those that name nobody and went to an address of theirs (the fixed answer to a cry for help).
 */
@Injectable()
export class Erasures implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly log: SettlementLog,
  ) {}

  onModuleInit(): void {
    this.people.onErased(async (erased) => {
      const ids = erased.map((person) => person.id);
      const keys = erased.flatMap((person) => person.addressKeys);
      await this.clear(`personId IN (${marks(ids.length)})`, ids);
      if (keys.length > 0) await this.clear(`personId IS NULL AND addressKey IN (${marks(keys.length)})`, keys);
      await this.database.execute(
        `UPDATE tasks SET status = 'done', outcome = 'withdrawn', personId = NULL WHERE personId IN (${marks(ids.length)}) AND status = 'open'`,
        ids,
      );
      await this.log.forget(personIds);
    });
  }

  private async clear(which: string, values: readonly (number | string)[]): Promise<void> {
    await this.database.execute(
      `UPDATE deliveries SET address = NULL, addressKey = NULL, variables = NULL WHERE ${which}`,
      values,
    );
  }
}
