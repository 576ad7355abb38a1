import { Injectable, type OnModuleInit } from '@nestjs/common';
import { People } from '../audience/index.js';
import { Database, marks } from '../platform/index.js';

/** Who is erased leaves the counts and nothing else: addresses and variables go from the deliveries, inside the erasure's transaction. */
@Injectable()
export class Erasures implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly people: People,
  ) {}

  onModuleInit(): void {
    this.people.onErased(async (personIds: readonly number[]) => {
      const these = marks(personIds.length);
      await this.database.execute(
        `UPDATE deliveries SET address = NULL, addressKey = NULL, variables = NULL WHERE personId IN (${these})`,
        personIds,
      );
      await this.database.execute(
        `UPDATE tasks SET status = 'done', outcome = 'withdrawn', personId = NULL WHERE personId IN (${these}) AND status = 'open'`,
        personIds,
      );
    });
  }
}
