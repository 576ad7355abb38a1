import { Injectable, type OnModuleInit } from '@nestjs/common';
import { People, Retention } from '../audience/index.js';
import { Database, marks, Vault, type Instant } from '../platform/index.js';

const AT_ONCE = 5000;

/** What people answered goes with them, or when its time is over: number, text and note; that there was an answer stays. */
@Injectable()
export class ReplyRetention implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly people: People,
    private readonly retention: Retention,
  ) {}

  onModuleInit(): void {
    this.people.onErased(async (erased) => {
      const ids = erased.map((person) => person.id);
      await this.empty(`personId IN (${marks(ids.length)})`, ids);
    });
    this.retention.register({
      kind: 'replies',
      count: (before) => this.count(before),
      forget: (before) => this.forget(before),
    });
  }

  private async count(before: Instant): Promise<number> {
    const row = await this.database.one<{ n: number }>(
      "SELECT COUNT(*) AS n FROM uplinks WHERE receivedAt < ? AND addressKey <> ''",
      [before],
    );
    return Number(row?.n ?? 0);
  }

  private async forget(before: Instant): Promise<number> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM uplinks WHERE receivedAt < ? AND addressKey <> '' ORDER BY id LIMIT ${AT_ONCE}`,
      [before],
    );
    if (rows.length === 0) return 0;
    return this.empty(
      `id IN (${marks(rows.length)})`,
      rows.map((r) => r.id),
    );
  }

  private empty(where: string, values: readonly (string | number)[]): Promise<number> {
    const nothing = this.vault.seal('');
    return this.database.execute(
      `UPDATE uplinks SET address = ?, text = ?, note = NULL, addressKey = '', personId = NULL WHERE ${where}`,
      [nothing, nothing, ...values],
    );
  }
}
