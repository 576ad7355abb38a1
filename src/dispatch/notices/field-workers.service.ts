import { Injectable } from '@nestjs/common';
import { Accounts, FieldLinks } from '../../accounts/index.js';
import { CLOCK_ACTOR, Clock, Config, CountyTime, Database } from '../../platform/index.js';
import { tasksWait } from './notice.js';

/** A field worker who has something to do today and a verified phone to be told on. */
export interface Worker {
  readonly source: string;
  readonly phone: string;
  /** Makes the worker's link: called once, when it is certain that it will be sent. */
  compose(): Promise<string>;
}

/** Field workers hear of their tasks once a day, by text, with a link of their own; never outside the hours for texts. */
@Injectable()
export class FieldWorkers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly config: Config,
    private readonly accounts: Accounts,
    private readonly links: FieldLinks,
  ) {}

  async toTell(): Promise<Worker[]> {
    const now = this.clock.now();
    const isOpen = this.config.settings.campaigns.defaultWindows.sms.some(
      ({ from, to }) => now >= this.county.timeOfDay(now, from) && now < this.county.timeOfDay(now, to),
    );
    if (!isOpen) return [];
    const workers: Worker[] = [];
    for (const { id, username, township } of await this.accounts.usersWithRole('field')) {
      const row = await this.database.one<{ n: number }>(
        `SELECT COUNT(*) AS n FROM tasks WHERE status = 'open' AND (assignee = ? OR (assignee IS NULL AND township = ? AND kind <> 'post'))`,
        [username, township ?? ''],
      );
      const open = Number(row?.n ?? 0);
      const phone = open > 0 ? await this.accounts.verifiedPhone(id) : null;
      if (phone === null) continue;
      workers.push({
        source: `tasks:${id}:${this.county.dayNumber(now)}`,
        phone,
        compose: async () => {
          const made = await this.links.create(id, CLOCK_ACTOR);
          if (!made.ok) throw new Error(`no link: ${made.error}`);
          return tasksWait(open, made.value.url);
        },
      });
    }
    return workers;
  }
}
