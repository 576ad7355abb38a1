import { Injectable } from '@nestjs/common';
import { CountyTime, Database, pageOf, type Page, type SqlValue } from '../platform/index.js';
import type { EntryContent, Link, SealedEntry } from './chain.js';

/** `from` inclusive, `to` exclusive, by the instant of writing. */
export interface Period {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface EntryQuery extends Period {
  /** A user's id or name. */
  readonly actor?: string | undefined;
  /** `campaign.approve`, or `campaign.*` for all of a room's. */
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly cursor?: number | undefined;
  readonly limit: number;
}

/** An entry as the API shows it; `seq` and `hash` are null while it is not sealed. */
export interface ShownEntry {
  readonly id: string;
  readonly seq: number | null;
  readonly at: string;
  readonly actor: { readonly id: string | null; readonly name: string };
  readonly action: string;
  readonly subject: string;
  readonly detail: unknown;
  readonly hash: string | null;
}

type Unsealed = EntryContent & { readonly id: number; readonly mac: string };
type EntryRow = EntryContent & { readonly id: number; readonly seq: number | null; readonly hash: string | null };

const CONTENT = 'id, at, actorId, actor, action, subject, detail';

/** Reads the ledger; changes nothing. */
@Injectable()
export class Entries {
  constructor(
    private readonly database: Database,
    private readonly county: CountyTime,
  ) {}

  /** The newest first. */
  async page(query: EntryQuery): Promise<Page<ShownEntry>> {
    const { sql, values } = condition(query);
    const rows = await this.database.query<EntryRow>(
      `SELECT ${CONTENT}, seq, hash FROM ledger_entries WHERE ${sql} ORDER BY id DESC LIMIT ${Math.trunc(query.limit) + 1}`,
      values,
    );
    return pageOf(
      rows,
      query.limit,
      (row) => Number(row.id),
      (row) => this.show(row),
    );
  }

  async sealed(afterSeq: number, toSeq: number, limit: number): Promise<SealedEntry[]> {
    const rows = await this.database.query<SealedEntry>(
      `SELECT ${CONTENT}, mac, seq, previousHash, hash FROM ledger_entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${limit}`,
      [afterSeq, toSeq],
    );
    return rows.map((row) => ({ ...row, id: Number(row.id), at: Number(row.at), seq: Number(row.seq) }));
  }

  async unsealed(afterId: number, limit: number): Promise<Unsealed[]> {
    const rows = await this.database.query<Unsealed>(
      `SELECT ${CONTENT}, mac FROM ledger_entries WHERE seq IS NULL AND id > ? ORDER BY id LIMIT ${limit}`,
      [afterId],
    );
    return rows.map((row) => ({ ...row, id: Number(row.id), at: Number(row.at) }));
  }

  async countUnsealed(): Promise<number> {
    const row = await this.database.one<{ n: number }>('SELECT COUNT(*) AS n FROM ledger_entries WHERE seq IS NULL');
    return Number(row?.n ?? 0);
  }

  /** The end of the chain with its mark; null while nothing was ever sealed. */
  async head(): Promise<(Link & { readonly mac: string }) | null> {
    const row = await this.database.one<Link & { mac: string }>('SELECT seq, hash, mac FROM ledger_head WHERE id = 1');
    return row ? { ...row, seq: Number(row.seq) } : null;
  }

  async link(seq: number): Promise<Link | null> {
    const row = await this.database.one<{ hash: string }>('SELECT hash FROM ledger_entries WHERE seq = ?', [seq]);
    return row ? { seq, hash: row.hash } : null;
  }

  /** The first and the last place in the chain of a period's entries; null where it has none. */
  async bounds(period: Period): Promise<{ first: number | null; last: number | null }> {
    const { sql, values } = condition(period);
    const row = await this.database.one<{ firstSeq: number | null; lastSeq: number | null }>(
      `SELECT MIN(seq) AS firstSeq, MAX(seq) AS lastSeq FROM ledger_entries WHERE ${sql}`,
      values,
    );
    return { first: numberOrNull(row?.firstSeq), last: numberOrNull(row?.lastSeq) };
  }

  private show(row: EntryRow): ShownEntry {
    return {
      id: String(row.id),
      seq: numberOrNull(row.seq),
      at: this.county.iso(Number(row.at)),
      actor: { id: row.actorId, name: row.actor },
      action: row.action,
      subject: row.subject,
      detail: readDetail(row.detail),
      hash: row.hash,
    };
  }
}

const numberOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** An altered entry may be no JSON any more: the auditor shall see what stands there. */
const readDetail = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

function condition(query: Partial<EntryQuery>): { sql: string; values: SqlValue[] } {
  const parts: [string, SqlValue[]][] = [['1 = 1', []]];
  if (query.from !== undefined) parts.push(['at >= ?', [query.from]]);
  if (query.to !== undefined) parts.push(['at < ?', [query.to]]);
  if (query.actor !== undefined) parts.push(['(actorId = ? OR actor = ?)', [query.actor, query.actor]]);
  if (query.subject !== undefined) parts.push(['subject = ?', [query.subject]]);
  if (query.cursor !== undefined) parts.push(['id < ?', [query.cursor]]);
  if (query.action?.endsWith('.*')) {
    const room = query.action.slice(0, -1);
    // `.` is followed by `/` in ASCII: the range holds all that begins with the room's name and its point.
    parts.push(['action >= ? AND action < ?', [room, `${room.slice(0, -1)}/`]]);
  } else if (query.action !== undefined) parts.push(['action = ?', [query.action]]);
  return { sql: parts.map(([sql]) => sql).join(' AND '), values: parts.flatMap(([, values]) => values) };
}
