import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, CLOCK_ACTOR, Config, Database, Ledger } from '../../platform/index.js';
import { readyMade } from './ready-made.js';
import { RuleBook } from './rule-book.service.js';

const idOf = (key: string): string => `READY-${createHash('sha256').update(key).digest('hex').slice(0, 20)}`;

/** Puts the mission's segments into a database that has not had them; what an officer changed or deleted stays so. */
@Injectable()
export class ReadyMadeSegments {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly rules: RuleBook,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  async seed(types: readonly { readonly code: string; readonly nameZh: string }[]): Promise<void> {
    const now = this.clock.now();
    const rows = readyMade({ ...this.config.settings.audience, types }).map(({ key, name, description, rule }) => [
      idOf(key),
      name,
      description,
      'people',
      JSON.stringify(rule),
      1,
      this.rules.isSensitive(rule),
      now,
      now,
    ]);
    const columns = [
      'id',
      'name',
      'description',
      'subject',
      'rule',
      'version',
      'isSensitive',
      'createdAt',
      'updatedAt',
    ];
    await this.database.transaction(async () => {
      const made = await this.database.insert('segments', columns, rows, 'ignore');
      if (made > 0)
        await this.ledger.write({ action: 'segment.seed', subject: 'segments', by: CLOCK_ACTOR, detail: { made } });
    });
  }
}
