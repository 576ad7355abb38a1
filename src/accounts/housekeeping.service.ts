import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock, Config, Database, parseDuration } from '../platform/index.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Takes away what nobody can use any more. Two processes doing it at once do no harm. */
@Injectable()
export class AccountsHousekeeping {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  @Interval('accounts-housekeeping', HOUR)
  async work(): Promise<void> {
    const now = this.clock.now();
    const longest = parseDuration(this.config.settings.server.sessionAbsolute) ?? 0;
    await this.database.execute('DELETE FROM sessions WHERE createdAt < ?', [now - longest - 30 * DAY]);
    await this.database.execute("DELETE FROM sign_in_attempts WHERE firstAt < ? AND name NOT LIKE 'known:%'", [
      now - DAY,
    ]);
    await this.database.execute('DELETE FROM sign_in_attempts WHERE firstAt < ?', [now - 90 * DAY]);
    await this.database.execute('DELETE FROM field_links WHERE expiresAt < ?', [now - 30 * DAY]);
    await this.database.execute('DELETE FROM idempotency_keys WHERE createdAt < ?', [now - 7 * DAY]);
  }
}
