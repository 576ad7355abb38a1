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

/** By which way a user is told: a verified phone, an address, an account at 浙政钉. */
export type ContactWay = 'sms' | 'email' | 'zhezhengding';

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
  /** Whether notices can go to an address, and to an account at 浙政钉; neither is shown. */
  readonly hasEmail: boolean;
  readonly hasAccountId: boolean;
  readonly totp: boolean;
  readonly disabled: boolean;
  /** Another administrator than the one who asked for it has to enable it (`POST /users/:id/enable`). */
  readonly awaitsSecondAdmin: boolean;
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

  /** The sealed forms of what was typed; absent is unchanged, null takes it away. */
  contact(typed: {
    readonly email?: string | null | undefined;
    readonly accountId?: string | null | undefined;
  }): Partial<Pick<UserRecord, 'email' | 'accountId'>> {
    const seal = (text: string | null) => (text === null ? null : this.vault.seal(text));
    return {
      ...(typed.email === undefined ? {} : { email: seal(typed.email) }),
      ...(typed.accountId === undefined ? {} : { accountId: seal(typed.accountId) }),
    };
  }

  /** Where the user is told, in clear; null where that way is not known or the phone is not verified. */
  clearContact(user: UserRecord, way: ContactWay): string | null {
    if (way === 'sms') return user.phoneVerifiedAt === null ? null : this.clearPhone(user);
    return this.vault.openOrNull(way === 'email' ? user.email : user.accountId);
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
      hasEmail: user.email !== null,
      hasAccountId: user.accountId !== null,
      totp: user.totpSecret !== null,
      disabled: user.disabledAt !== null,
      awaitsSecondAdmin: user.heldBy !== null,
      createdAt: this.county.iso(user.createdAt),
    };
  }
}
