import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Clock, Database, err, Ledger, ok, Vault, type Result } from '../../platform/index.js';
import { PersonDirectory } from './person-directory.service.js';
import { PersonSealing } from './person-sealing.service.js';

export interface Erased {
  readonly id: number;
  /** Blind indexes of the phone and the e-mail address, under every key that is held: what was sent there without naming the person. */
  readonly addressKeys: readonly string[];
}

/** Clears what another room keeps of erased people (sealed addresses, variables); called inside the erasing transaction. */
export type ErasedListener = (people: readonly Erased[]) => Promise<void>;

const TABLES = ['memberships', 'person_tags', 'contact_facts', 'trick_facts', 'person_events'] as const;

/** Removes a person everywhere and leaves the counts, and the opt-outs, which are kept as keyed hashes. */
@Injectable()
export class PersonErasure {
  private readonly listeners: ErasedListener[] = [];

  constructor(
    private readonly database: Database,
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
      const person = await this.directory.find(id, by.scope);
      if (!person) return err('notFound');
      for (const table of TABLES) await this.database.execute(`DELETE FROM ${table} WHERE personId = ?`, [id]);
      await this.database.execute('UPDATE people SET guardianOf = NULL WHERE guardianOf = ?', [person.externalId]);
      await this.database.execute('DELETE FROM people WHERE id = ?', [id]);
      const externalKey = this.vault.index('externalId', person.externalId);
      await this.database.insert('erasures', ['externalKey', 'at'], [[externalKey, this.clock.now()]], 'ignore');
      for (const listener of this.listeners) await listener([{ id, addressKeys: this.sealing.addressKeysOf(person) }]);
      await this.ledger.write({ action: 'person.erase', subject: `person/${id}`, by: { id: by.id, name: by.name } });
      return ok(null);
    });
  }
}
