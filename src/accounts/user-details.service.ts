import { Injectable } from '@nestjs/common';
import { Config, CountyTime, maskPhone, readPhone, Vault, type InputMistake } from '../platform/index.js';
import { canHaveTownship, type Role } from './rights.js';
import type { UserRecord } from './user-records.service.js';

export interface UserDetails {
  readonly role: Role;
  /** Code or name. */
  readonly township: string | null;
}
export interface SealedPhone {
  readonly phone: string | null;
  readonly phoneKey: string | null;
}

/** A user as the API shows one: no secret, the phone masked. */
export interface UserView {
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  readonly township: string | null;
  readonly townshipName: string | null;
  readonly mayReadSensitive: boolean;
  readonly phone: string | null;
  readonly phoneVerified: boolean;
  readonly totp: boolean;
  readonly disabled: boolean;
  readonly createdAt: string;
}

/** What a role, a township and a phone of a user must be, and how they are shown. */
@Injectable()
export class UserDetailsReader {
  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly county: CountyTime,
  ) {}

  /** The township's code, or what is wrong: a township officer without one would see the whole county. */
  township({ role, township }: UserDetails): { code: string | null; mistakes: InputMistake[] } {
    const known = township === null ? null : this.config.township(township);
    const refuse = (code: string, message: string) => ({
      code: null,
      mistakes: [{ path: '/township', code, message }],
    });
    if (township !== null && !known) return refuse('unknown_township', 'the configuration has no such township');
    if (role === 'township' && !known) return refuse('missing_township', 'a township officer needs a township');
    if (known && !canHaveTownship(role))
      return refuse('township_not_allowed', `the role ${role} is the whole county's`);
    return { code: known?.code ?? null, mistakes: [] };
  }

  /** The sealed form of a phone as it was typed; null takes it away. */
  phone(typed: string | null): { sealed: SealedPhone; mistakes: InputMistake[] } {
    const phone = typed === null ? null : readPhone(typed);
    if (!phone) return { sealed: { phone: null, phoneKey: null }, mistakes: [] };
    const mistakes =
      phone.kind === 'mobile' || phone.kind === 'landline'
        ? []
        : [{ path: '/phone', code: 'invalid_phone', message: 'no mobile or landline number of the mainland' }];
    return {
      sealed: { phone: this.vault.seal(phone.number), phoneKey: this.vault.index('phone', phone.number) },
      mistakes,
    };
  }

  clearPhone(user: UserRecord): string | null {
    return this.vault.openOrNull(user.phone);
  }

  /** True where this number, as somebody types it, is the user's, under any index key that is still held. */
  isPhoneOf(user: UserRecord, typed: string): boolean {
    const number = readPhone(typed)?.number;
    return (
      number !== undefined && user.phoneKey !== null && this.vault.indexes('phone', number).includes(user.phoneKey)
    );
  }

  view(user: UserRecord): UserView {
    const phone = this.clearPhone(user);
    return {
      id: user.id,
      username: user.username,
      role: user.role,
      township: user.township,
      townshipName: user.township === null ? null : (this.config.township(user.township)?.name ?? null),
      mayReadSensitive: user.mayReadSensitive,
      phone: phone === null ? null : maskPhone(phone),
      phoneVerified: user.phoneVerifiedAt !== null,
      totp: user.totpSecret !== null,
      disabled: user.disabledAt !== null,
      createdAt: this.county.iso(user.createdAt),
    };
  }
}
