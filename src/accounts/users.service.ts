import { Injectable } from '@nestjs/common';
import {
  Clock,
  Database,
  err,
  Ledger,
  ok,
  type InputMistake,
  type LedgerActor,
  type Page,
  type Result,
} from '../platform/index.js';
import type { Actor } from './actor.js';
import { ApiTokens } from './api-tokens.service.js';
import { guardedOf } from './rights.js';
import { Passwords } from './passwords.service.js';
import { Sessions } from './sessions.service.js';
import { UserDetailsReader, type UserView } from './user-details.service.js';
import { UserRecords, type UserRecord } from './user-records.service.js';
import type { ChangedUser } from './user.schemas.js';

type Refusal = 'notFound' | 'ownRights' | 'ownAccount' | 'noPhone' | 'invalid' | 'secondAdmin';
type Answer = Result<UserView, Refusal>;

/** All that lets a user in: sessions and tokens. */
@Injectable()
export class UserAccess {
  constructor(
    private readonly sessions: Sessions,
    private readonly tokens: ApiTokens,
  ) {}

  async endAll(userId: string): Promise<void> {
    await this.sessions.endOthers(userId, null);
    await this.tokens.revokeAllOf(userId);
  }
}

/**
 * What an administrator does to users. Nobody changes their own rights or locks themselves out: both take a second
 * administrator, so there is always one left. An account that gets what one may not give alone, or gets its password from
 * somebody else while it holds such, stands still until another administrator enables it.
 */
@Injectable()
export class Users {
  constructor(
    private readonly database: Database,
    private readonly users: UserRecords,
    private readonly details: UserDetailsReader,
    private readonly passwords: Passwords,
    private readonly access: UserAccess,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  list(after: string, limit: number): Promise<Page<UserView>> {
    return this.users.page(after, limit, (user) => this.details.view(user));
  }

  async change(id: string, wanted: ChangedUser, by: Actor): Promise<Answer> {
    return this.upon(id, by, 'user.change', async (user) => {
      const role = wanted.role ?? user.role;
      const township = this.details.township({
        role,
        township: wanted.township === undefined ? user.township : wanted.township,
      });
      const phone = wanted.phone === undefined ? null : this.details.phone(wanted.phone);
      const mistakes: InputMistake[] = [...township.mistakes, ...(phone?.mistakes ?? [])];
      if (mistakes.length > 0) return err('invalid', mistakes);
      const rights = {
        role,
        township: township.code,
        mayReadSensitive: wanted.mayReadSensitive ?? user.mayReadSensitive,
      };
      const before = rightsIn(user);
      if (id === by.id && JSON.stringify(before) !== JSON.stringify(rights)) return err('ownRights');
      const contact = this.details.contact(wanted);
      const given = guardedOf(rights).filter((one) => !guardedOf(user).includes(one));
      const held = given.length > 0 ? await this.hold(id, by) : {};
      await this.users.change(id, {
        ...rights,
        ...contact,
        ...(phone ? { ...phone.sealed, phoneVerifiedAt: null } : {}),
      });
      const contactChanged = Object.keys(contact).length > 0;
      return ok({ before, after: rights, phoneChanged: phone !== null, contactChanged, ...held });
    });
  }

  async disable(id: string, by: Actor): Promise<Answer> {
    return this.upon(id, by, 'user.disable', async () => {
      if (id === by.id) return err('ownAccount');
      await this.users.change(id, { disabledAt: this.clock.now() });
      await this.access.endAll(id);
      return ok({});
    });
  }

  async enable(id: string, by: LedgerActor): Promise<Answer> {
    return this.upon(id, by, 'user.enable', async ({ heldBy }) => {
      if (id === by.id) return err('ownAccount');
      if (heldBy !== null && heldBy === by.id) return err('secondAdmin');
      await this.users.change(id, { disabledAt: null, heldBy: null });
      return ok(heldBy === null ? {} : { askedBy: heldBy });
    });
  }

  /** For who forgot the password or lost the telephone: a new password, no second factor, every session and token ended. */
  async reset(id: string, password: string, by: Actor): Promise<Answer> {
    const passwordHash = await this.passwords.hash(password);
    return this.upon(id, by, 'user.reset', async (user) => {
      if (id === by.id) return err('ownAccount');
      await this.users.change(id, { passwordHash, totpSecret: null, totpPending: null, totpStep: null });
      await this.access.endAll(id);
      return ok(guardedOf(user).length > 0 ? await this.hold(id, by) : {});
    });
  }

  /** The administrator has seen that the telephone with this number is the user's. */
  async phoneVerified(id: string, by: Actor): Promise<Answer> {
    return this.upon(id, by, 'user.phoneVerified', async (user) => {
      if (user.phone === null) return err('noPhone');
      await this.users.change(id, { phoneVerifiedAt: this.clock.now() });
      return ok({});
    });
  }

  private async hold(id: string, by: Actor): Promise<{ held: true }> {
    await this.users.change(id, { disabledAt: this.clock.now(), heldBy: by.id });
    await this.access.endAll(id);
    return { held: true };
  }

  /** Runs a change of one user with its ledger entry in one transaction, and answers the user as it is then. */
  private upon(
    id: string,
    by: LedgerActor,
    action: string,
    change: (user: UserRecord) => Promise<Result<Record<string, unknown>, Refusal>>,
  ): Promise<Answer> {
    return this.database.transaction(async () => {
      const user = await this.users.locked(id);
      if (!user) return err('notFound');
      const changed = await change(user);
      if (!changed.ok) return changed;
      await this.ledger.write({ action, subject: `user/${id}`, by, detail: changed.value });
      return ok(this.details.view((await this.users.byId(id))!));
    });
  }
}

const rightsIn = ({ role, township, mayReadSensitive }: UserRecord) => ({ role, township, mayReadSensitive });
