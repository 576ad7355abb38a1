import { Injectable } from '@nestjs/common';
import { Config, Vault, type Instant } from '../../platform/index.js';
import type { NormalPerson } from './person.js';
import type { PersonRow } from './person.repository.js';
import { PersonSeals, type SealedFields } from './person-seals.js';

export interface Stamp {
  readonly at: Instant;
  readonly sourceId: string;
  readonly importId: string | null;
}

const plainFields = ['township', 'community', 'birthDate', 'gender', 'language', 'school', 'guardianOf'] as const;

/** Turns what was given into the row that is kept: personal fields sealed, each with its blind index, and the digests. */
@Injectable()
export class PersonSealing extends PersonSeals {
  private readonly synthetic: number;

  constructor(vault: Vault, config: Config) {
    super(vault);
    this.synthetic = config.settings.synthetic ? 1 : 0;
  }

  /** A kept name in clear, to be compared. */
  openName(sealed: string | null): string | null {
    return this.vault.openOrNull(sealed);
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

  /** The row of somebody new. */
  fresh(person: NormalPerson, id: number, stamp: Stamp & { digest: string }, sealed: SealedFields): PersonRow {
    return {
      id,
      externalId: person.externalId,
      ...sealed,
      phoneKind: person.phone?.kind ?? null,
      phoneSourceId: person.phone ? stamp.sourceId : null,
      township: person.township ?? null,
      community: person.community ?? null,
      birthDate: person.birthDate ?? null,
      gender: person.gender ?? null,
      language: person.language ?? null,
      school: person.school ?? null,
      guardianOf: person.guardianOf ?? null,
      synthetic: this.synthetic,
      digest: stamp.digest,
      importId: stamp.importId,
      leftAt: null,
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
