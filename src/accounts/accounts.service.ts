import { Injectable } from '@nestjs/common';
import {
  Chance,
  Clock,
  Database,
  err,
  isDuplicate,
  Ledger,
  ok,
  type InputMistake,
  type LedgerActor,
  type Result,
} from '../platform/index.js';
import { Passwords } from './passwords.service.js';
import { guardedOf, rightsOf, ROLES, type Right, type Role } from './rights.js';
import { UserDetailsReader, type ContactWay } from './user-details.service.js';
import { UserRecords, type UserRecord } from './user-records.service.js';
import { newUserSchema, type NewUser } from './user.schemas.js';

/** A user as other rooms know one. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  /** The township's code. */
  readonly township: string | null;
  readonly mayReadSensitive: boolean;
}

const AT_THE_TERMINAL: LedgerActor = { id: null, name: 'cli' };

/** The front door to users for other rooms, the command line and the demo. */
@Injectable()
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly users: UserRecords,
    private readonly details: UserDetailsReader,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Makes a user; `invalid` comes with the mistakes. What one administrator may not give alone is made disabled, for another one to enable.
   * `phoneVerified` is for who has seen the phone in its owner's hand.
   */
  async create(
    wanted: NewUser & { readonly phoneVerified?: boolean | undefined },
    by: LedgerActor = AT_THE_TERMINAL,
  ): Promise<Result<Account, 'invalid' | 'usernameTaken'>> {
    const { phoneVerified = false, ...rest } = wanted;
    const read = newUserSchema.safeParse(rest);
    if (!read.success) {
      return err(
        'invalid',
        read.error.issues.map((i) => ({ path: `/${i.path.join('/')}`, code: i.code, message: i.message })),
      );
    }
    const township = this.details.township({ role: read.data.role, township: read.data.township ?? null });
    const phone = this.details.phone(read.data.phone ?? null);
    const mistakes: InputMistake[] = [...township.mistakes, ...phone.mistakes];
    if (mistakes.length > 0) return err('invalid', mistakes);
    const now = this.clock.now();
    const heldBy = guardedOf(read.data).length > 0 ? by.id : null;
    const user: UserRecord = {
      id: this.chance.id(this.clock),
      username: read.data.username,
      passwordHash: await this.passwords.hash(read.data.password),
      role: read.data.role,
      township: township.code,
      ...phone.sealed,
      phoneVerifiedAt: phoneVerified && phone.sealed.phone !== null ? now : null,
      email: null,
      accountId: null,
      ...this.details.contact(read.data),
      totpSecret: null,
      totpPending: null,
      totpStep: null,
      mayReadSensitive: read.data.mayReadSensitive,
      disabledAt: heldBy === null ? null : now,
      heldBy,
      createdAt: now,
    };
    return this.add(user, by);
  }

  /** A user who may sign in, by name; null where there is none. */
  async byUsername(name: string): Promise<(Account & { readonly phone: string | null }) | null> {
    const user = await this.users.byName(name);
    return user && user.disabledAt === null ? { ...account(user), phone: this.details.clearPhone(user) } : null;
  }

  /** True where this number was verified as this user's own. */
  async hasVerifiedPhone(userId: string, number: string): Promise<boolean> {
    const user = await this.users.byId(userId);
    return user !== null && user.phoneVerifiedAt !== null && this.details.isPhoneOf(user, number);
  }

  /** The user's verified number in clear; null without one. */
  async verifiedPhone(userId: string): Promise<string | null> {
    const user = await this.users.byId(userId);
    return user && user.phoneVerifiedAt !== null ? this.details.clearPhone(user) : null;
  }

  /** Everybody in a role who may sign in, by username; of one township where it is given. */
  async usersWithRole(role: Role, township?: string): Promise<Account[]> {
    return (await this.users.inRole(role, township)).map(account);
  }

  /** Everybody who may sign in and whose role has the right. */
  async usersWithRight(right: Right): Promise<Account[]> {
    const roles = ROLES.filter((role) => rightsOf(role).includes(right));
    const users = await Promise.all(roles.map((role) => this.usersWithRole(role)));
    return users.flat();
  }

  /** Where a user who may sign in is told by that way, in clear; null where nowhere. */
  async contact(userId: string, way: ContactWay): Promise<string | null> {
    const user = await this.users.byId(userId);
    return user && user.disabledAt === null ? this.details.clearContact(user, way) : null;
  }

  private async add(user: UserRecord, by: LedgerActor): Promise<Result<Account, 'usernameTaken'>> {
    try {
      await this.database.transaction(async () => {
        await this.users.add(user);
        await this.ledger.write({
          action: 'user.create',
          subject: `user/${user.id}`,
          by,
          detail: {
            username: user.username,
            role: user.role,
            township: user.township,
            mayReadSensitive: user.mayReadSensitive,
            phoneVerified: user.phoneVerifiedAt !== null,
            ...(user.heldBy === null ? {} : { held: true }),
          },
        });
      });
    } catch (error) {
      if (isDuplicate(error)) return err('usernameTaken');
      throw error;
    }
    return ok(account(user));
  }
}

const account = ({ id, username, role, township, mayReadSensitive }: UserRecord): Account => ({
  id,
  username,
  role,
  township,
  mayReadSensitive,
});
