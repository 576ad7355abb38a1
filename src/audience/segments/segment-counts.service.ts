import { Injectable } from '@nestjs/common';
import { Config, Database } from '../../platform/index.js';
import type { Reading } from './compile.js';
import { RuleBook } from './rule-book.service.js';
import type { Rule, Subject } from './rule.js';
import type { CountQuestion, TownshipCount } from './segment.js';
import { SensitiveAnswers } from './sensitive-answers.service.js';
import { shownCount, type ShownCount } from './sensitive.js';

/** How many of all are looked at one by one for the first that a rule selects. */
const NEAR = 2000;

const tables: Readonly<Record<Subject, { from: string; alias: string }>> = {
  people: { from: 'people p LEFT JOIN contact_facts f ON f.personId = p.id', alias: 'p' },
  groupChats: { from: 'group_chats g', alias: 'g' },
};

/** How many a rule selects, and the first of them. */
@Injectable()
export class SegmentCounts {
  constructor(
    private readonly database: Database,
    private readonly rules: RuleBook,
    private readonly config: Config,
    private readonly answers: SensitiveAnswers,
  ) {}

  /** The exact count: for plans and their approval, not for showing (`shown` is). */
  async count(question: CountQuestion): Promise<number> {
    const { from, where, values } = this.selected(question);
    const row = await this.database.one<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from} WHERE ${where}`, values);
    return Number(row?.n ?? 0);
  }

  /** The count as it may be shown. */
  async shown(question: CountQuestion): Promise<ShownCount> {
    if (this.rules.isSensitive(question.rule)) {
      const { count, countText } = await this.byTownship(question);
      return { count, countText };
    }
    return this.show(await this.count(question), question.rule);
  }

  /** The count as it may be shown, with its townships; of a sensitive rule every township and the unknown one, for an absence would be an answer. */
  async byTownship(question: CountQuestion): Promise<ShownCount & { byTownship: TownshipCount[] }> {
    const { from, where, values, alias } = this.selected(question);
    const rows = await this.database.query<{ township: string | null; n: number }>(
      `SELECT ${alias}.township AS township, COUNT(*) AS n FROM ${from} WHERE ${where} GROUP BY ${alias}.township`,
      values,
    );
    const counted = new Map(rows.map((row) => [row.township ?? '', Number(row.n)]));
    const total = [...counted.values()].reduce((sum, n) => sum + n, 0);
    if (this.rules.isSensitive(question.rule)) {
      for (const code of ['', ...this.config.settings.townships.map((t) => t.code)]) {
        if (question.scope.township === null || question.scope.township === code)
          counted.set(code, counted.get(code) ?? 0);
      }
    }
    const byTownship = [...counted]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([township, n]) => ({
        township,
        name: this.config.township(township)?.name ?? '',
        ...this.show(n, question.rule),
      }));
    const fresh = { ...this.show(total, question.rule), byTownship };
    return this.rules.isSensitive(question.rule) ? this.answers.settle(question, total, fresh) : fresh;
  }

  /**
   * The ids of the first people (numbers) or group chats (texts) that the rule selects. They are looked for among the first of all,
   * where most rules find enough, before everybody is asked about.
   */
  async first<I extends number | string>(question: CountQuestion, limit: number): Promise<I[]> {
    const { alias } = tables[question.subject];
    const table = question.subject === 'people' ? 'people' : 'group_chats';
    const end = await this.database.one<{ id: I }>(`SELECT id FROM ${table} ORDER BY id LIMIT 1 OFFSET ${NEAR}`);
    if (end) {
      const near = await this.ids<I>(this.selected(question, 'page'), {
        more: ` AND ${alias}.id < ?`,
        values: [end.id, limit],
      });
      if (near.length >= limit) return near;
    }
    return this.ids<I>(this.selected(question), { more: '', values: [limit] });
  }

  private async ids<I extends number | string>(
    { from, where, values, alias }: ReturnType<SegmentCounts['selected']>,
    further: { more: string; values: readonly (number | string)[] },
  ): Promise<I[]> {
    const rows = await this.database.query<{ id: I }>(
      `SELECT ${alias}.id FROM ${from} WHERE ${where}${further.more} ORDER BY ${alias}.id LIMIT ?`,
      [...values, ...further.values],
    );
    return rows.map((row) => row.id);
  }

  private show(count: number, rule: Rule): ShownCount {
    return shownCount(count, this.rules.isSensitive(rule), this.config.settings.audience.previewFloor);
  }

  private selected({ rule, subject, scope, at }: CountQuestion, reading: Reading = 'all') {
    const { from, alias } = tables[subject];
    const condition = this.rules.compile(rule, at, { subject, reading });
    const scoped =
      scope.township === null
        ? { sql: '', values: [] }
        : { sql: ` AND ${alias}.township = ?`, values: [scope.township] };
    return { from, alias, where: `(${condition.sql})${scoped.sql}`, values: [...condition.values, ...scoped.values] };
  }
}
