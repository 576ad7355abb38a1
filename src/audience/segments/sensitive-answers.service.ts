import { Injectable } from '@nestjs/common';
import { Chance, Clock, Config, Database, days, type Instant } from '../../platform/index.js';
import { RuleBook } from './rule-book.service.js';
import type { Rule } from './rule.js';
import type { CountQuestion, TownshipCount } from './segment.js';
import type { ShownCount } from './sensitive.js';

export type SensitiveCounts = ShownCount & { readonly byTownship: TownshipCount[] };

const EVERYBODY = { reading: 'all' } as const;

/** So long a shown count stands for its group. */
const REMEMBERED_MS = days(30);

interface Earlier {
  readonly id: string;
  readonly rule: string;
  readonly exact: number;
  readonly answer: string;
}

/**
 * Against finding a person out by the difference of two counts: a group that differs by fewer than `audience.previewFloor` people
 * from one whose count was shown, in its rule or in who has come and gone since, is shown that same count, towns and all. So a
 * count changes only where so many people change that none of them can be told.
 */
@Injectable()
export class SensitiveAnswers {
  constructor(
    private readonly database: Database,
    private readonly rules: RuleBook,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  /** The counts as they may be shown: those of an earlier group that is nearly the same, else `fresh`, which is remembered. */
  async settle(question: CountQuestion, exact: number, fresh: SensitiveCounts): Promise<SensitiveCounts> {
    const now = this.clock.now();
    const earlier = await this.earlier(question, exact, now);
    const shown = await this.near(question, earlier);
    if (shown) return shown;
    const known = new Set(earlier.map(({ id }) => id));
    return this.database.transaction(async () => {
      // Two that are asked at the same moment are answered one after the other: what the other has shown meanwhile counts.
      await this.database.upsert('leases', ['name'], ['owner', 'until'], [['sensitive-answers', '', 0]], {
        replace: ['until'],
      });
      const meanwhile = (await this.earlier(question, exact, now)).filter(({ id }) => !known.has(id));
      const justShown = await this.near(question, meanwhile);
      if (justShown) return justShown;
      await this.database.execute('DELETE FROM sensitive_answers WHERE at < ?', [now - REMEMBERED_MS]);
      await this.database.insert(
        'sensitive_answers',
        ['id', 'scope', 'rule', 'exact', 'answer', 'at'],
        [
          [
            this.chance.id(this.clock),
            question.scope.township ?? '',
            JSON.stringify(question.rule),
            exact,
            JSON.stringify(fresh),
            now,
          ],
        ],
      );
      return fresh;
    });
  }

  /** Answers whose counts are so near that their groups may be nearly the same, the oldest first. */
  private earlier({ scope }: CountQuestion, exact: number, now: Instant): Promise<Earlier[]> {
    const floor = this.config.settings.audience.previewFloor;
    return this.database.query<Earlier>(
      'SELECT id, rule, exact, answer FROM sensitive_answers WHERE scope = ? AND exact > ? AND exact < ? AND at >= ? ORDER BY at, id',
      [scope.township ?? '', exact - floor, exact + floor, now - REMEMBERED_MS],
    );
  }

  /** What was shown of the first group that is nearly the same; null where there is none. */
  private async near(question: CountQuestion, earlier: readonly Earlier[]): Promise<SensitiveCounts | null> {
    for (const { rule, exact, answer } of earlier) {
      const apart = await this.distance(question, JSON.parse(rule) as Rule, Number(exact));
      if (apart < this.config.settings.audience.previewFloor) return JSON.parse(answer) as SensitiveCounts;
    }
    return null;
  }

  /** How many people lie between a rule now and an earlier one as it was answered then. */
  private async distance({ rule, scope, at }: CountQuestion, earlier: Rule, then: number): Promise<number> {
    const [a, b] = [this.rules.compile(rule, at, EVERYBODY), this.rules.compile(earlier, at, EVERYBODY)];
    const within = scope.township === null ? '' : ' AND p.township = ?';
    const row = await this.database.one<{ apart: number | null; now: number | null }>(
      `SELECT SUM(CASE WHEN (${a.sql}) THEN CASE WHEN (${b.sql}) THEN 0 ELSE 1 END ELSE CASE WHEN (${b.sql}) THEN 1 ELSE 0 END END) AS apart,
          SUM(CASE WHEN (${b.sql}) THEN 1 ELSE 0 END) AS now
        FROM people p LEFT JOIN contact_facts f ON f.personId = p.id WHERE ((${a.sql}) OR (${b.sql}))${within}`,
      [
        ...a.values, ...b.values, ...b.values, ...b.values, ...a.values, ...b.values,
        ...(scope.township === null ? [] : [scope.township]),
      ], // prettier-ignore
    );
    return Number(row?.apart ?? 0) + Math.abs(Number(row?.now ?? 0) - then);
  }
}
