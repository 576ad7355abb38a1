import { Injectable } from '@nestjs/common';
import { Clock, Config, CountyTime, Database } from '../../platform/index.js';

/** Nobody copies the county's numbers one by one: so many a county day, counted by the entries that each reveal leaves. */
@Injectable()
export class RevealLimit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly config: Config,
  ) {}

  /** True where this user has revealed as many numbers today as a day allows. */
  async isReached(userId: string): Promise<boolean> {
    const row = await this.database.one<{ n: number }>(
      "SELECT COUNT(*) AS n FROM ledger_entries WHERE action = 'person.reveal' AND at >= ? AND actorId = ?",
      [this.county.timeOfDay(this.clock.now(), '00:00'), userId],
    );
    return Number(row?.n ?? 0) >= this.config.settings.audience.revealsPerDay;
  }
}
