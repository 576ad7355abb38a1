import { Injectable } from '@nestjs/common';
import { Database, marks, Vault, type Instant, type Row } from '../../platform/index.js';
import type { Population } from './person-words.js';

/** The columns of a person in the order in which they are written. */
export const PERSON_COLUMNS = [
  'id',
  'externalId',
  'name',
  'phone',
  'phoneKey',
  'phoneKind',
  'phoneSourceId',
  'email',
  'emailKey',
  'township',
  'community',
  'birthDate',
  'gender',
  'language',
  'school',
  'guardianOf',
  'spreadSlot',
  'synthetic',
  'digest',
  'importId',
  'leftAt',
  'createdAt',
  'updatedAt',
] as const;

/** A person as the table holds it: name, phone and e-mail sealed. */
export interface PersonRow {
  readonly id: number;
  readonly externalId: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly phoneKey: string | null;
  readonly phoneKind: string | null;
  /** What brought the number. */
  readonly phoneSourceId: string | null;
  readonly email: string | null;
  readonly emailKey: string | null;
  readonly township: string | null;
  readonly community: string | null;
  readonly birthDate: string | null;
  readonly gender: string | null;
  readonly language: string | null;
  readonly school: string | null;
  readonly guardianOf: string | null;
  readonly spreadSlot: number;
  readonly synthetic: number;
  readonly digest: string;
  readonly importId: string | null;
  /** When the last membership was taken away; it says nothing while there is one. */
  readonly leftAt: Instant | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** As much of a person as tells new from known and unchanged from changed. */
export type PersonHead = Pick<PersonRow, 'id' | 'externalId' | 'digest' | 'township'>;

export type PhoneHolder = Pick<PersonRow, 'id' | 'externalId' | 'name' | 'birthDate'> & {
  readonly phoneKey: string;
};

export interface MembershipRow {
  readonly personId: number;
  readonly kind: Population;
  readonly since: Instant | null;
  readonly until: Instant | null;
}

export interface TagRow {
  readonly personId: number;
  readonly tag: string;
}

/** A known person with everything that hangs on it. */
export interface HeldPerson {
  readonly row: PersonRow;
  readonly memberships: readonly MembershipRow[];
  readonly tags: readonly string[];
}

const numberOrNull = (value: number | null): number | null => (value === null ? null : Number(value));

const rowOf = (row: PersonRow): PersonRow => ({
  ...row,
  id: Number(row.id),
  spreadSlot: Number(row.spreadSlot),
  leftAt: numberOrNull(row.leftAt),
  createdAt: Number(row.createdAt),
  updatedAt: Number(row.updatedAt),
});

const grouped = <T extends { personId: number }>(rows: readonly T[]): Map<number, T[]> => {
  const byPerson = new Map<number, T[]>();
  for (const row of rows) {
    const list = byPerson.get(row.personId);
    if (list) list.push(row);
    else byPerson.set(row.personId, [row]);
  }
  return byPerson;
};

/** The SQL of people, memberships and tags: whole chunks at a time, at most 1,000 people. */
@Injectable()
export class PersonStore {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async heads(externalIds: readonly string[]): Promise<Map<string, PersonHead>> {
    if (externalIds.length === 0) return new Map();
    const rows = await this.database.query<PersonHead>(
      `SELECT id, externalId, digest, township FROM people WHERE externalId IN (${marks(externalIds.length)})`,
      externalIds,
    );
    return new Map(rows.map((row) => [row.externalId, { ...row, id: Number(row.id) }]));
  }

  /**
   * Holds people's rows, in order of their ids, until the transaction ends: whoever writes about a person does so one after the
   * other. Answers those who are there; who is missing has gone.
   */
  async lock(ids: readonly number[]): Promise<Set<number>> {
    if (ids.length === 0) return new Set();
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM people WHERE id IN (${marks(ids.length)}) ORDER BY id${this.database.forUpdate}`,
      ids,
    );
    return new Set(rows.map((row) => Number(row.id)));
  }

  /** Known people with memberships and tags; inside a transaction their rows are locked until it ends. */
  async held(ids: readonly number[]): Promise<Map<number, HeldPerson>> {
    if (ids.length === 0) return new Map();
    const lock = this.database.inTransaction ? this.database.forUpdate : '';
    const rows = await this.database.query<PersonRow>(
      `SELECT * FROM people WHERE id IN (${marks(ids.length)}) ORDER BY id${lock}`,
      ids,
    );
    const memberships = grouped(await this.memberships(ids));
    const tags = grouped(await this.tags(ids));
    return new Map(
      rows
        .map(rowOf)
        .map((row) => [
          row.id,
          { row, memberships: memberships.get(row.id) ?? [], tags: (tags.get(row.id) ?? []).map((t) => t.tag) },
        ]),
    );
  }

  async memberships(ids: readonly number[]): Promise<MembershipRow[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<MembershipRow>(
      `SELECT personId, kind, since, until FROM memberships WHERE personId IN (${marks(ids.length)}) ORDER BY personId, kind`,
      ids,
    );
    return rows.map((r) => ({
      personId: Number(r.personId),
      kind: r.kind,
      since: numberOrNull(r.since),
      until: numberOrNull(r.until),
    }));
  }

  async tags(ids: readonly number[]): Promise<TagRow[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<TagRow>(
      `SELECT personId, tag FROM person_tags WHERE personId IN (${marks(ids.length)}) ORDER BY personId, tag`,
      ids,
    );
    return rows.map((r) => ({ personId: Number(r.personId), tag: r.tag }));
  }

  /** Which of these external ids belong to people who were erased. */
  async erased(externalIds: readonly string[]): Promise<Set<string>> {
    if (externalIds.length === 0 || !(await this.database.one('SELECT at FROM erasures LIMIT 1'))) return new Set();
    const byKey = new Map(
      externalIds.flatMap((id) => this.vault.indexes('externalId', id).map((key) => [key, id] as const)),
    );
    const found = new Set<string>();
    const keys = [...byKey.keys()];
    for (let i = 0; i < keys.length; i += 5000) {
      const part = keys.slice(i, i + 5000);
      const rows = await this.database.query<{ externalKey: string }>(
        `SELECT externalKey FROM erasures WHERE externalKey IN (${marks(part.length)})`,
        part,
      );
      for (const { externalKey } of rows) found.add(byKey.get(externalKey)!);
    }
    return found;
  }

  /** The people who hold these numbers, by the numbers' keys; who came first stands first. */
  async holders(phoneKeys: readonly string[]): Promise<PhoneHolder[]> {
    if (phoneKeys.length === 0) return [];
    const rows = await this.database.query<PhoneHolder>(
      `SELECT phoneKey, id, externalId, name, birthDate FROM people WHERE phoneKey IN (${marks(phoneKeys.length)})`,
      phoneKeys,
    );
    return rows.map((row) => ({ ...row, id: Number(row.id) })).sort((a, b) => a.id - b.id);
  }

  /** Which of these external ids are second ids, and of whom. */
  async secondIds(externalIds: readonly string[]): Promise<Map<string, string>> {
    if (externalIds.length === 0 || !(await this.database.one('SELECT personId FROM person_aliases LIMIT 1')))
      return new Map();
    const rows = await this.database.query<{ second: string; first: string }>(
      `SELECT a.externalId AS second, p.externalId AS first FROM person_aliases a JOIN people p ON p.id = a.personId WHERE a.externalId IN (${marks(externalIds.length)})`,
      externalIds,
    );
    return new Map(rows.map(({ second, first }) => [second, first]));
  }

  insert(rows: readonly PersonRow[]): Promise<number> {
    return this.database.insert('people', PERSON_COLUMNS, rows.map(values));
  }

  /** Overwrites known people, all in one statement. */
  async replace(rows: readonly PersonRow[]): Promise<void> {
    const columns = PERSON_COLUMNS.filter((c) => c !== 'id');
    const replaced = columns.filter((c) => c !== 'createdAt' && c !== 'externalId' && c !== 'spreadSlot');
    await this.database.upsert('people', ['id'], columns, rows.map(values), { replace: replaced });
  }

  async putMemberships(rows: readonly MembershipRow[], from: { sourceId: string; at: Instant }): Promise<void> {
    await this.database.upsert(
      'memberships',
      ['personId', 'kind'],
      ['since', 'until', 'sourceId', 'createdAt'],
      rows.map((m) => [m.personId, m.kind, m.since, m.until, from.sourceId, from.at]),
      { replace: ['since', 'until', 'sourceId'] },
    );
  }

  async putTags(rows: readonly TagRow[], from: { sourceId: string; at: Instant }): Promise<void> {
    await this.database.insert(
      'person_tags',
      ['personId', 'tag', 'confirmedAt', 'sourceId'],
      rows.map((t) => [t.personId, t.tag, from.at, from.sourceId]),
      'ignore',
    );
  }

  async removeMemberships(rows: readonly { personId: number; kind: string }[]): Promise<void> {
    await this.removeByWord(
      'memberships',
      'kind',
      rows.map((r) => [r.personId, r.kind]),
    );
  }

  async removeTags(rows: readonly TagRow[]): Promise<void> {
    await this.removeByWord(
      'person_tags',
      'tag',
      rows.map((r) => [r.personId, r.tag]),
    );
  }

  private async removeByWord(
    table: string,
    column: string,
    pairs: readonly (readonly [number, string])[],
  ): Promise<void> {
    for (const word of new Set(pairs.map(([, w]) => w))) {
      const ids = pairs.filter(([, w]) => w === word).map(([id]) => id);
      await this.database.execute(`DELETE FROM ${table} WHERE ${column} = ? AND personId IN (${marks(ids.length)})`, [
        word,
        ...ids,
      ]);
    }
  }
}

const values = (row: PersonRow): Row => PERSON_COLUMNS.map((column) => row[column]);
