import { createHmac } from 'node:crypto';
import type { Vault } from '../../platform/crypto/vault.js';
import type { Lists } from './person-merge.js';
import type { NormalPerson } from './person.js';

const SLOTS = 1_000_000;

/** What of a person does not lie in the database in clear, with the blind indexes by which it is found. */
export interface SealedFields {
  readonly name: string | null;
  readonly phone: string | null;
  readonly phoneKey: string | null;
  readonly email: string | null;
  readonly emailKey: string | null;
  readonly spreadSlot: number;
}

/** Everything about people that needs the keys, and nothing else: it works in a thread of its own too. */
export class PersonSeals {
  private readonly spreadKey: Buffer;

  constructor(protected readonly vault: Vault) {
    this.spreadKey = vault.derive('spread');
  }

  /** A keyed digest of a person's canonical text: the same input again is `unchanged` without reading anything else. */
  digest(content: string, lists: Lists): string {
    return this.vault.index('person', `${lists}\n${content}`);
  }

  /** Where a person stands in a spread over days: fixed for ever, even, and not to be guessed from the external id. */
  spreadSlot(externalId: string): number {
    return (createHmac('sha256', this.spreadKey).update(externalId).digest().readUInt32BE(0) >>> 1) % SLOTS;
  }

  phoneKey(number: string): string {
    return this.vault.index('phone', number);
  }

  emailKey(address: string): string {
    return this.vault.index('email', address.toLowerCase());
  }

  /** The sealed fields of somebody new. */
  sealed({ externalId, name, phone, email }: NormalPerson): SealedFields {
    return {
      name: this.vault.sealOrNull(name),
      phone: this.vault.sealOrNull(phone?.number),
      phoneKey: phone ? this.phoneKey(phone.number) : null,
      email: this.vault.sealOrNull(email),
      emailKey: email ? this.emailKey(email) : null,
      spreadSlot: this.spreadSlot(externalId),
    };
  }
}
