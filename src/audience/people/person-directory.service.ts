import { Injectable } from '@nestjs/common';
import type { Actor, Scope } from '../../accounts/index.js';
import {
  Clock,
  Config,
  CountyTime,
  Database,
  marks,
  pageOf,
  readPhone,
  Vault,
  type Page,
  type SqlValue,
} from '../../platform/index.js';
import { maskedOrNull, shownTags, type MaskedPerson } from './person-view.js';
import { CountyPersonRules } from './person-rules.service.js';
import { readTag } from './person-words.js';
import type { ListPeople } from './person.schemas.js';
import { PersonStore, type PersonRow } from './person.repository.js';

/** A person as other rooms need to point at one. */
export interface PersonRef {
  readonly id: number;
  readonly externalId: string;
  readonly township: string | null;
  readonly phoneKey: string | null;
}

const REF = 'id, externalId, township, phoneKey';
const AT_ONCE = 5000;

const refOf = (row: PersonRef): PersonRef => ({ ...row, id: Number(row.id) });

/** The one place that holds a query to the caller's township. */
const within = ({ township }: Scope): { sql: string; values: SqlValue[] } =>
  township === null ? { sql: '', values: [] } : { sql: ' AND township = ?', values: [township] };

/** Reads people: lists and cards, masked; for other rooms, references by id, external id or phone. */
@Injectable()
export class PersonDirectory {
  private readonly sensitive: ReadonlySet<string>;

  constructor(
    private readonly database: Database,
    private readonly store: PersonStore,
    private readonly vault: Vault,
    private readonly county: CountyTime,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly rules: CountyPersonRules,
  ) {
    this.sensitive = new Set(config.settings.audience.sensitiveTags);
  }

  /** The tag that a word means, by its code, however it is typed: MariaDB would take `focus_romance ` for the tag itself. */
  tagOf(word: string): string {
    return readTag(word, this.rules.tagAliases) ?? '';
  }

  isSensitive(tag: string): boolean {
    return this.sensitive.has(this.tagOf(tag));
  }

  /** The people of these ids whom the viewer may see, masked. */
  async masked(
    ids: readonly number[],
    viewer: Pick<Actor, 'scope' | 'mayReadSensitive'>,
  ): Promise<Map<number, MaskedPerson>> {
    const shown = new Map<number, MaskedPerson>();
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      const part = ids.slice(i, i + AT_ONCE);
      const scope = within(viewer.scope);
      const rows = await this.database.query<PersonRow>(
        `SELECT * FROM people WHERE id IN (${marks(part.length)})${scope.sql}`,
        [...part, ...scope.values],
      );
      for (const [id, person] of await this.show(rows, viewer.mayReadSensitive)) shown.set(id, person);
    }
    return shown;
  }

  async list(query: ListPeople, viewer: Actor): Promise<Page<MaskedPerson>> {
    const filter = this.filter(query, viewer.scope);
    const rows = await this.database.query<PersonRow>(
      `SELECT * FROM people p WHERE id > ?${filter.sql} ORDER BY id LIMIT ${query.limit + 1}`,
      [Number(query.cursor ?? 0), ...filter.values],
    );
    const shown = await this.show(rows.slice(0, query.limit), viewer.mayReadSensitive);
    return pageOf(
      rows,
      query.limit,
      (row) => Number(row.id),
      (row) => shown.get(Number(row.id))!,
    );
  }

  private filter(query: ListPeople, scope: Scope): { sql: string; values: SqlValue[] } {
    const township =
      query.township === undefined ? undefined : (this.config.township(query.township)?.code ?? query.township);
    const held = within(scope);
    const parts: [string, SqlValue | undefined][] = [
      [' AND township = ?', township],
      [' AND EXISTS (SELECT 1 FROM memberships m WHERE m.personId = p.id AND m.kind = ?)', query.population],
      [
        ' AND EXISTS (SELECT 1 FROM person_tags t WHERE t.personId = p.id AND t.tag = ?)',
        query.tag && this.tagOf(query.tag),
      ],
      [' AND externalId = ?', query.q],
    ];
    const asked = parts.filter(([, value]) => value !== undefined);
    return {
      sql: held.sql + asked.map(([sql]) => sql).join(''),
      values: [...held.values, ...asked.map(([, value]) => value)],
    };
  }

  private async show(rows: readonly PersonRow[], mayReadSensitive: boolean): Promise<Map<number, MaskedPerson>> {
    const ids = rows.map((row) => Number(row.id));
    const populations = new Map<number, MaskedPerson['populations'][number][]>(ids.map((id) => [id, []]));
    const tags = new Map<number, string[]>(ids.map((id) => [id, []]));
    for (const { personId, kind, since, until } of await this.store.memberships(ids)) {
      populations
        .get(personId)!
        .push({ kind, since: this.county.isoOrNull(since), until: this.county.isoOrNull(until) });
    }
    for (const { personId, tag } of await this.store.tags(ids)) tags.get(personId)!.push(tag);
    return new Map(
      rows.map((row) => {
        const id = Number(row.id);
        const lists = {
          populations: populations.get(id)!,
          tags: shownTags(tags.get(id)!, this.sensitive, mayReadSensitive),
        };
        return [id, { ...this.card(row), ...lists }];
      }),
    );
  }

  private card(row: PersonRow): Omit<MaskedPerson, 'populations' | 'tags'> {
    return {
      id: String(row.id),
      externalId: row.externalId,
      name: maskedOrNull.name(this.vault.openOrNull(row.name)),
      phone: maskedOrNull.phone(this.vault.openOrNull(row.phone)),
      phoneKind: row.phoneKind,
      email: maskedOrNull.email(this.vault.openOrNull(row.email)),
      township: row.township,
      townshipName: row.township && (this.config.township(row.township)?.name ?? null),
      community: row.community,
      age: row.birthDate === null ? null : this.county.age(row.birthDate, this.clock.now()),
      gender: row.gender,
      language: row.language,
      school: row.school,
      synthetic: Number(row.synthetic) === 1,
    };
  }

  /** References by external id; ids that nobody has are left out. */
  async byExternalIds(externalIds: readonly string[], scope: Scope): Promise<Map<string, PersonRef>> {
    const found = new Map<string, PersonRef>();
    const held = within(scope);
    for (let i = 0; i < externalIds.length; i += AT_ONCE) {
      const part = externalIds.slice(i, i + AT_ONCE);
      const rows = await this.database.query<PersonRef>(
        `SELECT ${REF} FROM people WHERE externalId IN (${marks(part.length)})${held.sql}`,
        [...part, ...held.values],
      );
      for (const row of rows) found.set(row.externalId, refOf(row));
    }
    await this.addSecondIds(externalIds, found, scope);
    return found;
  }

  /** Who is asked for by a second external id is found under it. */
  private async addSecondIds(asked: readonly string[], found: Map<string, PersonRef>, scope: Scope): Promise<void> {
    const open = asked.filter((id) => !found.has(id));
    for (let i = 0; i < open.length; i += AT_ONCE) {
      const firstIds = await this.store.secondIds(open.slice(i, i + AT_ONCE));
      if (firstIds.size === 0) continue;
      const people = await this.byExternalIds([...new Set(firstIds.values())], scope);
      for (const [second, first] of firstIds) {
        const person = people.get(first);
        if (person) found.set(second, person);
      }
    }
  }

  /** Everybody who holds this number, whichever way it is typed; several people may share one. */
  async byPhone(number: string, scope: Scope): Promise<PersonRef[]> {
    const phone = readPhone(number);
    if (!phone) return [];
    const keys = this.vault.indexes('phone', phone.number);
    const held = within(scope);
    const rows = await this.database.query<PersonRef>(
      `SELECT ${REF} FROM people WHERE phoneKey IN (${marks(keys.length)})${held.sql} ORDER BY id`,
      [...keys, ...held.values],
    );
    return rows.map(refOf);
  }

  /** The person of an id where the caller may see them. */
  async find(id: number, scope: Scope): Promise<PersonRow | null> {
    const held = within(scope);
    return this.database.one<PersonRow>(`SELECT * FROM people WHERE id = ?${held.sql}`, [id, ...held.values]);
  }

  /** The number in clear; only behind the right to reveal and an entry in the ledger. */
  openPhone(row: PersonRow): string | null {
    return this.vault.openOrNull(row.phone);
  }
}
