import { Injectable } from '@nestjs/common';
import { Config, Database, marks, type Instant } from '../../platform/index.js';

const STATEMENT = 5000;

export interface PhoneFailure {
  readonly phoneKey: string;
  /** The gateway's word for it. */
  readonly code: string;
  readonly at: Instant;
}

/** Numbers that failed for good (empty, refused, out of service) too often to be tried again. */
@Injectable()
export class PhoneHealth {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** Those of the keys that are not used any more. */
  async suppressed(phoneKeys: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const part of this.chunked(phoneKeys)) {
      const rows = await this.database.query<{ phoneKey: string }>(
        `SELECT phoneKey FROM phone_health WHERE phoneKey IN (${marks(part.length)}) AND suppressedAt IS NOT NULL`,
        part,
      );
      for (const { phoneKey } of rows) found.add(phoneKey);
    }
    return found;
  }

  /** Counts permanent failures, in the caller's transaction; after `audience.suppressAfterFailures` of them a number is suppressed. */
  async failed(rows: readonly PhoneFailure[]): Promise<void> {
    if (rows.length === 0) return;
    const ordered = [...rows].sort((a, b) =>
      a.phoneKey < b.phoneKey ? -1 : a.phoneKey > b.phoneKey ? 1 : a.at - b.at,
    );
    await this.database.transaction(async () => {
      await this.database.upsert(
        'phone_health',
        ['phoneKey'],
        ['failures', 'lastCode', 'lastAt'],
        ordered.map((r) => [r.phoneKey, 1, r.code.slice(0, 32), r.at]),
        { add: ['failures'], replace: ['lastCode'], greatest: ['lastAt'] },
      );
      for (const part of this.chunked(rows.map((r) => r.phoneKey))) {
        await this.database.execute(
          `UPDATE phone_health SET suppressedAt = lastAt WHERE phoneKey IN (${marks(part.length)}) AND failures >= ? AND suppressedAt IS NULL`,
          [...part, this.config.settings.audience.suppressAfterFailures],
        );
      }
    });
  }

  private chunked(keys: readonly string[]): string[][] {
    const all = [...new Set(keys)];
    return Array.from({ length: Math.ceil(all.length / STATEMENT) }, (_, i) =>
      all.slice(i * STATEMENT, (i + 1) * STATEMENT),
    );
  }
}
