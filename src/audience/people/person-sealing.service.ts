import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config, Vault, type Instant } from '../../platform/index.js';
import type { NormalPerson } from './person.js';
import type { Lists } from './person-merge.js';
import type { PersonRow } from './person.repository.js';

const SLOTS = 1_000_000;

export interface Stamp {
  readonly at: Instant;
  readonly sourceId: string;
  readonly importId: string | null;
}

const plainFields = ['township', 'community', 'birthDate', 'gender', 'language', 'school', 'guardianOf'] as const;

/** Turns what was given into the row that is kept: personal fields sealed, each with its blind index, and the digests. */
@Injectable()
export class PersonSealing {
  private readonly spreadKey: Buffer;
  private readonly synthetic: number;

  constructor(
    private readonly vault: Vault,
    config: Config,
  ) {
    this.spreadKey = vault.derive('spread');
    this.synthetic = config.settings.synthetic ? 1 : 0;
  }

  /** A keyed digest of a person's canonical text: the same input again is `unchanged` without reading anything else. */
  digest(content: string, lists: Lists): string {
    return this.vault.index('person', `${lists}\n${content}`);
  }

  /** Where a person stands in a spread over days: fixed for ever, even, and not to be guessed from the external id. */
  spreadSlot(externalId: string): number {
    return (createHmac('sha256', this.spreadKey).update(externalId).digest().readUInt32BE(0) >>> 1) % SLOTS;
  }

  /** A kept name in clear, to be compared. */
  openName(sealed: string | null): string | null {
    return this.vault.openOrNull(sealed);
  }

  phoneKey(number: string): string {
    return this.vault.index('phone', number);
  }

  emailKey(address: string): string {
    return this.vault.index('email', address.toLowerCase());
  }

  /** The blind indexes of a person's addresses under every index key that is held: deliveries and replies may be older than the newest. */
  addressKeysOf({ phone, email }: Pick<PersonRow, 'phone' | 'email'>): string[] {
    const number = this.vault.openOrNull(phone);
    const address = this.vault.openOrNull(email);
    return [
      ...(number ? this.vault.indexes('phone', number) : []),
      ...(address ? this.vault.indexes('email', address.toLowerCase()) : []),
    ];
  }

  /** The row of somebody new; the number's index is the caller's, who needs it too. */
  fresh(
    person: NormalPerson,
    { id, phoneKey }: Pick<PersonRow, 'id' | 'phoneKey'>,
    stamp: Stamp & { digest: string },
  ): PersonRow {
    const { phone, email } = person;
    return {
      id,
      externalId: person.externalId,
      name: this.vault.sealOrNull(person.name),
      phone: this.vault.sealOrNull(phone?.number),
      phoneKey,
      phoneKind: phone?.kind ?? null,
      phoneSourceId: phone ? stamp.sourceId : null,
      email: this.vault.sealOrNull(email),
      emailKey: email ? this.emailKey(email) : null,
      township: person.township ?? null,
      community: person.community ?? null,
      birthDate: person.birthDate ?? null,
      gender: person.gender ?? null,
      language: person.language ?? null,
      school: person.school ?? null,
      guardianOf: person.guardianOf ?? null,
      spreadSlot: this.spreadSlot(person.externalId),
      synthetic: this.synthetic,
      digest: stamp.digest,
      importId: stamp.importId,
      createdAt: stamp.at,
      updatedAt: stamp.at,
    };
  }

  /** The row after the given fields are laid over it; null where nothing in it changes. Values are compared in clear, for a sealed text differs each time. */
  laidOver(
    held: PersonRow,
    given: NormalPerson,
    stamp: Stamp & { digest: string },
  ): { row: PersonRow; phoneMoved: boolean } | null {
    const sealed = {
      ...this.name(held, given),
      ...this.phone(held, given, stamp.sourceId),
      ...this.email(held, given),
    };
    const plain: Partial<Record<(typeof plainFields)[number], string | null>> = {};
    for (const field of plainFields) {
      const value = given[field];
      if (value !== undefined && value !== held[field]) plain[field] = value;
    }
    if (Object.keys(sealed).length + Object.keys(plain).length === 0) return null;
    return { row: this.stamped({ ...held, ...sealed, ...plain }, stamp), phoneMoved: sealed.phone !== undefined };
  }

  stamped(row: PersonRow, stamp: Stamp & { digest: string }): PersonRow {
    return { ...row, digest: stamp.digest, importId: stamp.importId ?? row.importId, updatedAt: stamp.at };
  }

  private name(held: PersonRow, { name }: NormalPerson): Pick<PersonRow, 'name'> | undefined {
    if (name === undefined || name === this.vault.openOrNull(held.name)) return undefined;
    return { name: this.vault.sealOrNull(name) };
  }

  private phone(
    held: PersonRow,
    { phone }: NormalPerson,
    sourceId: string,
  ): Pick<PersonRow, 'phone' | 'phoneKey' | 'phoneKind' | 'phoneSourceId'> | undefined {
    if (phone === undefined) return undefined;
    const phoneKey = phone && this.phoneKey(phone.number);
    if (phoneKey === held.phoneKey && (phone?.kind ?? null) === held.phoneKind) return undefined;
    return {
      phone: this.vault.sealOrNull(phone?.number),
      phoneKey,
      phoneKind: phone?.kind ?? null,
      phoneSourceId: phone ? sourceId : null,
    };
  }

  private email(held: PersonRow, { email }: NormalPerson): Pick<PersonRow, 'email' | 'emailKey'> | undefined {
    if (email === undefined || email === this.vault.openOrNull(held.email)) return undefined;
    return { email: this.vault.sealOrNull(email), emailKey: email && this.emailKey(email) };
  }
}
