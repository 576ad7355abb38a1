import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { Chance } from '../crypto/index.js';
import { Database } from '../database/index.js';

export interface Alarm {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly text: string;
  readonly times: number;
  readonly raisedAt: number;
  readonly lastAt: number;
  readonly clearedAt: number | null;
}

/** What somebody has to look at. One open alarm a (kind, subject): raising it again counts it up instead of flooding the list. */
@Injectable()
export class Alarms {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  async raise(kind: string, subject: string, text: string): Promise<void> {
    const now = this.clock.now();
    await this.database.transaction(async () => {
      const again = await this.database.execute(
        'UPDATE alarms SET times = times + 1, lastAt = ?, text = ? WHERE kind = ? AND subject = ? AND clearedAt IS NULL',
        [now, text, kind, subject],
      );
      if (again > 0) return;
      await this.database.insert(
        'alarms',
        ['id', 'kind', 'subject', 'text', 'raisedAt', 'lastAt'],
        [[this.chance.id(this.clock), kind, subject, text, now, now]],
      );
    });
  }

  async clear(kind: string, subject: string): Promise<void> {
    const open = await this.database.one('SELECT id FROM alarms WHERE kind = ? AND subject = ? AND clearedAt IS NULL', [
      kind,
      subject,
    ]);
    if (!open) return;
    await this.database.execute(
      'UPDATE alarms SET clearedAt = ? WHERE kind = ? AND subject = ? AND clearedAt IS NULL',
      [this.clock.now(), kind, subject],
    );
  }

  open(): Promise<Alarm[]> {
    return this.database.query<Alarm>('SELECT * FROM alarms WHERE clearedAt IS NULL ORDER BY raisedAt DESC LIMIT 500');
  }
}
