import { Injectable } from '@nestjs/common';
import { Database, err, Ledger, ok, type LedgerActor, type Result } from '../platform/index.js';
import type { Actor } from './actor.js';
import { Passwords } from './passwords.service.js';
import { Sessions, type OpenedSession } from './sessions.service.js';
import { SignInAttempts } from './sign-in-attempts.service.js';
import { Totp } from './totp.service.js';
import { UserRecords, type UserRecord } from './user-records.service.js';
import { readUsername } from './username.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly totp?: string | undefined;
}
export type SignInRefusal = 'invalidCredentials' | 'totpRequired' | 'tooManyAttempts';

const NOBODY: LedgerActor = { id: null, name: 'unknown' };

/** Signing in and out, and proving again who sits there. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly users: UserRecords,
    private readonly passwords: Passwords,
    private readonly attempts: SignInAttempts,
    private readonly sessions: Sessions,
    private readonly totp: Totp,
    private readonly ledger: Ledger,
  ) {}

  /** `tooManyAttempts` comes with the milliseconds to wait. */
  async signIn(
    given: Credentials,
    address: string,
  ): Promise<Result<{ user: UserRecord; session: OpenedSession }, SignInRefusal>> {
    const username = readUsername(given.username);
    const wait = await this.attempts.begin(username, address);
    if (wait > 0) return err('tooManyAttempts', wait);
    const found = await this.users.byName(username);
    const user = found?.disabledAt === null ? found : null;
    if (!(await this.passwords.holds(user?.passwordHash ?? null, given.password)) || !user) {
      return this.failed(found, address, 'password');
    }
    if (user.totpSecret !== null && given.totp === undefined) return err('totpRequired');
    if (user.totpSecret !== null && !(await this.totp.accept(user, given.totp ?? '')))
      return this.failed(user, address, 'totp');
    return this.database.transaction(async () => {
      await this.attempts.succeeded(username, address);
      const session = await this.sessions.open(user.id);
      await this.record('auth.login', user, { from: address, session: session.id });
      return ok({ user, session });
    });
  }

  /** Asks for the password again before something that a borrowed desk must not do; throttled as a sign-in is. */
  async prove(userId: string, password: string, address: string): Promise<Result<UserRecord, SignInRefusal>> {
    const user = await this.users.byId(userId);
    const username = user?.username ?? null;
    const wait = await this.attempts.begin(username, address);
    if (wait > 0) return err('tooManyAttempts', wait);
    if (!(await this.passwords.holds(user?.passwordHash ?? null, password)) || !user) {
      return this.failed(user, address, 'password');
    }
    await this.attempts.succeeded(username, address);
    return ok(user);
  }

  /** Sets a new password and ends every other session of the user. */
  async changePassword(user: UserRecord, next: string, session: string | null): Promise<void> {
    const passwordHash = await this.passwords.hash(next);
    await this.database.transaction(async () => {
      await this.users.change(user.id, { passwordHash });
      const ended = await this.sessions.endOthers(user.id, session);
      await this.record('auth.password', user, { sessionsEnded: ended });
    });
  }

  async signOut(by: Actor, session: string, everywhere: boolean): Promise<void> {
    await this.database.transaction(async () => {
      await this.sessions.end(session);
      if (everywhere) await this.sessions.endOthers(by.id, session);
      await this.ledger.write({ action: 'auth.logout', subject: `user/${by.id}`, by, detail: { session, everywhere } });
    });
  }

  /** What was typed is recorded only where it is somebody's name: people type passwords into the wrong field. */
  private async failed(user: UserRecord | null, address: string, what: 'password' | 'totp') {
    await this.ledger.write({
      action: 'auth.failed',
      subject: user ? `user/${user.id}` : 'sign-in',
      by: user ? actorOfRecord(user) : NOBODY,
      detail: { from: address, what },
    });
    return err('invalidCredentials');
  }

  private record(action: string, user: UserRecord, detail: Record<string, unknown>): Promise<void> {
    return this.ledger.write({ action, subject: `user/${user.id}`, by: actorOfRecord(user), detail });
  }
}

const actorOfRecord = (user: UserRecord): LedgerActor => ({ id: user.id, name: user.username });
