import { Injectable } from '@nestjs/common';
import { COUNTY, type Actor, type Scope } from '../../accounts/index.js';
import { Database, err, Ledger, ok, withoutNumbers, type Page, type Result } from '../../platform/index.js';
import { PersonDirectory, type PersonRef } from './person-directory.service.js';
import { PersonErasure, type ErasedListener } from './person-erasure.service.js';
import { PersonProvenance, type Provenance } from './person-provenance.service.js';
import { PeopleIntake } from './people-intake.service.js';
import type { PutSource, UpsertAnswer } from './person-upsert.service.js';
import { RevealLimit } from './reveal-limit.service.js';
import type { MaskedPerson } from './person-view.js';
import type { ListPeople, Lookup } from './person.schemas.js';

export type { MaskedPerson } from './person-view.js';
export type { PersonRef } from './person-directory.service.js';

export interface LookedUp {
  readonly person: MaskedPerson;
  /** Others under the same number: a household, or a number that moved. */
  readonly alsoWithThisPhone: readonly { readonly id: string; readonly externalId: string }[];
}

export interface PersonCard extends MaskedPerson {
  readonly provenance: Provenance;
}

/** The front door to people. */
@Injectable()
export class People {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly intake: PeopleIntake,
    private readonly directory: PersonDirectory,
    private readonly erasure: PersonErasure,
    private readonly provenance: PersonProvenance,
    private readonly limit: RevealLimit,
  ) {}

  /** Takes people as the API gives them: the good ones are kept, of the others it is said why not. Lists replace. */
  upsert(people: readonly unknown[], source: PutSource): Promise<UpsertAnswer> {
    return this.intake.upsert(people, source);
  }

  masked(
    ids: readonly number[],
    viewer: Pick<Actor, 'scope' | 'mayReadSensitive'>,
  ): Promise<Map<number, MaskedPerson>> {
    return this.directory.masked(ids, viewer);
  }

  list(query: ListPeople, viewer: Actor): Promise<Result<Page<MaskedPerson>, 'sensitive' | 'phoneInUrl'>> {
    if (query.tag !== undefined && this.directory.isSensitive(query.tag) && !viewer.mayReadSensitive) {
      return Promise.resolve(err('sensitive'));
    }
    // A number in a URL stays in logs and histories: it is looked up by POST, with a reason.
    if (query.q !== undefined && /^\+?[\d\s-]{11,}$/.test(query.q)) return Promise.resolve(err('phoneInUrl'));
    return this.directory.list(query, viewer).then(ok);
  }

  async find(id: number, viewer: Actor): Promise<MaskedPerson | null> {
    return (await this.directory.masked([id], viewer)).get(id) ?? null;
  }

  /** A person with what brought each number, membership and tag. */
  async card(id: number, viewer: Actor): Promise<PersonCard | null> {
    const person = await this.find(id, viewer);
    const provenance = person && (await this.provenance.of(id, viewer));
    return person && provenance && { ...person, provenance };
  }

  byExternalIds(externalIds: readonly string[], scope: Scope = COUNTY): Promise<Map<string, PersonRef>> {
    return this.directory.byExternalIds(externalIds, scope);
  }

  async byExternalId(externalId: string, scope: Scope = COUNTY): Promise<PersonRef | null> {
    return (await this.directory.byExternalIds([externalId], scope)).get(externalId) ?? null;
  }

  /** Everybody with this number. */
  byPhone(number: string, scope: Scope = COUNTY): Promise<PersonRef[]> {
    return this.directory.byPhone(number, scope);
  }

  /** Shows one phone number in clear, and writes down who asked and why. */
  async reveal(
    id: number,
    by: Actor,
    reason: string,
  ): Promise<Result<{ phone: string | null }, 'notFound' | 'limitReached'>> {
    return this.database.transaction(async () => {
      const person = await this.directory.find(id, by.scope);
      if (!person) return err('notFound');
      if (await this.limit.isReached(by.id)) return err('limitReached');
      await this.ledger.write({
        action: 'person.reveal',
        subject: `person/${id}`,
        by: { id: by.id, name: by.name },
        detail: { reason: withoutNumbers(reason) },
      });
      return ok({ phone: this.directory.openPhone(person) });
    });
  }

  /** Somebody asks "is this yours?": the person behind a number or an external id, and an entry in the ledger, found or not. */
  async lookup(asked: Lookup, by: Actor): Promise<LookedUp | null> {
    return this.database.transaction(async () => {
      const [first, ...others] =
        asked.phone === undefined
          ? [...(await this.directory.byExternalIds([asked.externalId ?? ''], by.scope)).values()]
          : await this.directory.byPhone(asked.phone, by.scope);
      await this.ledger.write({
        action: 'person.lookup',
        subject: `person/${first?.id ?? 'none'}`,
        by: { id: by.id, name: by.name },
        detail: {
          by: asked.phone === undefined ? 'externalId' : 'phone',
          found: first ? 1 + others.length : 0,
          reason: withoutNumbers(asked.reason),
        },
      });
      const person = first && (await this.directory.masked([first.id], by)).get(first.id);
      if (!person) return null;
      return { person, alsoWithThisPhone: others.map((o) => ({ id: String(o.id), externalId: o.externalId })) };
    });
  }

  erase(id: number, by: Actor): Promise<Result<null, 'notFound'>> {
    return this.erasure.erase(id, by);
  }

  /** Registers what another room has to clear when people are erased; it runs inside the erasing transaction. */
  onErased(listener: ErasedListener): void {
    this.erasure.onErased(listener);
  }
}
