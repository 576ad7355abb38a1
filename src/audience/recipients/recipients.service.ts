import { Injectable } from '@nestjs/common';
import type { Scope } from '../../accounts/index.js';
import { Database, type Instant, type PhoneKind } from '../../platform/index.js';
import { RuleBook } from '../segments/rule-book.service.js';
import type { Rule } from '../segments/rule.js';
import { PersonDetails } from './person-details.service.js';
import type { PlanChat, PlanPerson } from './recipient.js';

/** A page is at most this long, so that the questions about its people stay single statements. */
export const LONGEST_PAGE = 5000;

export interface PeopleQuestion {
  readonly rule: Rule;
  /** The moment for which the rule is asked. */
  readonly at: Instant;
  readonly scope: Scope;
  /** The last person id of the page before; 0 for the first page. */
  readonly after: number;
  readonly limit: number;
  /** Only those whose events triggered this run. */
  readonly among?: { readonly runId: string };
  /** Only those whose turn it is on this day, every `over` days. */
  readonly spread?: { readonly over: number; readonly day: number };
  /** Beside those of `among` and `spread`, those of the rule whom this earlier run has put off to the next one. */
  readonly deferredIn?: string;
}

export interface ChatsQuestion {
  readonly rule: Rule;
  readonly at: Instant;
  readonly scope: Scope;
  /** The last group chat id of the page before; '' for the first page. */
  readonly after: string;
  readonly limit: number;
}

interface PersonRow {
  id: number;
  externalId: string;
  name: string | null;
  phone: string | null;
  phoneKey: string | null;
  phoneKind: PhoneKind | null;
  email: string | null;
  emailKey: string | null;
  township: string | null;
  birthDate: string | null;
  language: string | null;
  gender: string | null;
  synthetic: number;
  lastAttendedAt: number | null;
}

const COLUMNS = [
  'id',
  'externalId',
  'name',
  'phone',
  'phoneKey',
  'phoneKind',
  'email',
  'emailKey',
  'township',
  'birthDate',
  'language',
  'gender',
  'synthetic',
]
  .map((column) => `p.${column}`)
  .join(', ');

/** Whose turn it is, among those whom the rule selects; null: everybody's. */
function turnOf({ spread, among, deferredIn }: PeopleQuestion): { sql: string; values: (string | number)[] } | null {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  if (spread) {
    conditions.push('p.spreadSlot % ? = ?');
    values.push(spread.over, spread.day % spread.over);
  }
  if (among) {
    conditions.push('p.id IN (SELECT e.personId FROM event_triggers e WHERE e.runId = ?)');
    values.push(among.runId);
  }
  if (conditions.length === 0) return null;
  const sql = conditions.join(' AND ');
  if (deferredIn === undefined) return { sql, values };
  const deferred = "p.id IN (SELECT s.personId FROM skips s WHERE s.runId = ? AND s.reason = 'deferred')";
  return { sql: `((${sql}) OR ${deferred})`, values: [...values, deferredIn] };
}

/** Whom a plan addresses, page by page: each page costs five statements, however long it is. */
@Injectable()
export class Recipients {
  constructor(
    private readonly database: Database,
    private readonly rules: RuleBook,
    private readonly details: PersonDetails,
  ) {}

  /** People of a rule in the order of their ids, after `after`; fewer than `limit` means that there are no more. */
  async page(question: PeopleQuestion): Promise<PlanPerson[]> {
    const { at, after, limit, scope } = question;
    const rule = this.rules.compile(question.rule, at);
    const where = ['p.id > ?', `(${rule.sql})`];
    const values: (string | number)[] = [after, ...rule.values];
    if (scope.township !== null) {
      where.push('p.township = ?');
      values.push(scope.township);
    }
    const turn = turnOf(question);
    if (turn) {
      where.push(turn.sql);
      values.push(...turn.values);
    }
    const rows = await this.database.query<PersonRow>(
      `SELECT ${COLUMNS}, f.lastAttendedAt FROM people p LEFT JOIN contact_facts f ON f.personId = p.id
        WHERE ${where.join(' AND ')} ORDER BY p.id LIMIT ?`,
      [...values, Math.min(limit, LONGEST_PAGE)],
    );
    return this.complete(rows, at);
  }

  /** Group chats of a rule in the order of their ids. */
  async chats({ rule, at, scope, after, limit }: ChatsQuestion): Promise<PlanChat[]> {
    const condition = this.rules.compile(rule, at, { subject: 'groupChats' });
    const township = scope.township === null ? [] : [scope.township];
    const rows = await this.database.query<Omit<PlanChat, 'synthetic'> & { synthetic: number }>(
      `SELECT g.id, g.name, g.platform, g.township, g.population, g.headCount, g.owner, g.robotWebhook AS webhook, g.robotSecret AS secret, g.synthetic
        FROM group_chats g WHERE g.id > ? AND (${condition.sql})${township.length > 0 ? ' AND g.township = ?' : ''} ORDER BY g.id LIMIT ?`,
      [after, ...condition.values, ...township, Math.min(limit, LONGEST_PAGE)],
    );
    return rows.map((row) => ({ ...row, headCount: Number(row.headCount), synthetic: Boolean(Number(row.synthetic)) }));
  }

  private async complete(rows: readonly PersonRow[], at: Instant): Promise<PlanPerson[]> {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => Number(row.id));
    const populations = await this.details.memberships(ids, at);
    const tags = await this.details.tags(ids);
    const heard = await this.details.heard(ids);
    const guardians = await this.details.guardians(ids);
    return rows.map((row) => {
      const id = Number(row.id);
      return {
        ...row,
        id,
        township: row.township ?? '',
        synthetic: Boolean(Number(row.synthetic)),
        lastAttendedAt: row.lastAttendedAt === null ? null : Number(row.lastAttendedAt),
        populations: populations.get(id) ?? [],
        tags: tags.get(id) ?? [],
        guardian: guardians.get(id) ?? null,
        heard: heard.get(id) ?? new Map<string, Instant>(),
      };
    });
  }
}
