import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Clock, Database, err, Ledger, marks, ok, Vault, type Result } from '../../platform/index.js';
import { PersonDirectory } from './person-directory.service.js';
import { PersonStore, type PersonRow } from './person.repository.js';
import { PersonSealing } from './person-sealing.service.js';

export interface Erased {
  /** Of the person, or of a second id that was a person of its own once. */
  readonly id: number;
  /** Blind indexes of the phone and the e-mail address, under every key that is held: what was sent there without naming the person. */
  readonly addressKeys: readonly string[];
}

/** Clears what another room keeps of erased people (sealed addresses, variables); called inside the erasing transaction. */
export type ErasedListener = (people: readonly Erased[]) => Promise<void>;

const TABLES = [
  'memberships',
  'person_tags',
  'contact_facts',
  'trick_facts',
  'person_events',
  'person_aliases',
] as const;

/** Removes a person everywhere and leaves the counts, and the opt-outs, which are kept as keyed hashes. */
@Injectable()
export class PersonErasure {
  private readonly listeners: ErasedListener[] = [];

  constructor(
    private readonly database: Database,
    private readonly store: PersonStore,
    private readonly directory: PersonDirectory,
    private readonly sealing: PersonSealing,
    private readonly vault: Vault,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  onErased(listener: ErasedListener): void {
    this.listeners.push(listener);
  }

  async erase(id: number, by: Actor): Promise<Result<null, 'notFound'>> {
    return this.database.transaction(async () => {
      // A join that comes now is over before we look, or waits: it leaves no second id behind that we did not see.
      await this.store.lock([id]);
      const person = await this.directory.find(id, by.scope);
      if (!person) return err('notFound');
      const secondIds = await this.database.query<{ externalId: string }>(
        'SELECT externalId FROM person_aliases WHERE personId = ?',
        [id],
      );
      await this.remove([id]);
      await this.database.insert(
        'erasures',
        ['externalKey', 'at'],
        [person, ...secondIds].map((of) => [this.vault.index('externalId', of.externalId), this.clock.now()]),
        'ignore',
      );
      await this.ledger.write({ action: 'person.erase', subject: `person/${id}`, by: { id: by.id, name: by.name } });
      return ok(null);
    });
  }

  /** Takes everything that is personal of these people away, in every room; inside the caller's transaction. */
  async remove(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const these = marks(ids.length);
    await this.store.lock(ids);
    const former = await this.database.query<{ formerId: number }>(
      `SELECT formerId FROM person_aliases WHERE personId IN (${these})`,
      ids,
    );
    for (const table of TABLES) await this.database.execute(`DELETE FROM ${table} WHERE personId IN (${these})`, ids);
    await this.database.execute(`DELETE FROM person_conflicts WHERE personId IN (${these}) OR otherId IN (${these})`, [
      ...ids,
      ...ids,
    ]);
    const people = await this.database.query<Pick<PersonRow, 'id' | 'externalId' | 'phone' | 'email'>>(
      `SELECT id, externalId, phone, email FROM people WHERE id IN (${these})`,
      ids,
    );
    if (people.length === 0) return;
    await this.database.execute(
      `UPDATE people SET guardianOf = NULL WHERE guardianOf IN (${marks(people.length)})`,
      people.map((person) => person.externalId),
    );
    await this.database.execute(`DELETE FROM people WHERE id IN (${these})`, ids);
    const erased = [
      ...people.map((person) => ({ id: Number(person.id), addressKeys: this.sealing.addressKeysOf(person) })),
      ...former.map(({ formerId }) => ({ id: Number(formerId), addressKeys: [] })),
    ];
    for (const listener of this.listeners) await listener(erased);
  }
}
