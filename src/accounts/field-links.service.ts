import { Injectable } from '@nestjs/common';
import {
  Chance,
  Clock,
  Config,
  Database,
  err,
  Ledger,
  ok,
  parseDuration,
  sha256,
  type LedgerActor,
  type Result,
} from '../platform/index.js';
import { Sessions, type OpenedSession } from './sessions.service.js';
import { SignInAttempts } from './sign-in-attempts.service.js';
import { UserRecords, type UserRecord } from './user-records.service.js';

export interface FieldLink {
  readonly id: string;
  /** Holds the token behind `#`, which browsers send to nobody: it stands in no log of ours or of a proxy. */
  readonly url: string;
  readonly expiresAt: number;
}

/**
 * A field worker's way in: a link of their own, pushed to them, that opens one session once and ends with it. Stored as a hash;
 * a new link or a revocation ends the ones before.
 */
@Injectable()
export class FieldLinks {
  private readonly life: number;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly config: Config,
    private readonly ledger: Ledger,
    private readonly users: UserRecords,
    private readonly sessions: Sessions,
    private readonly attempts: SignInAttempts,
  ) {
    this.life = parseDuration(config.settings.server.fieldLinkLife) ?? 0;
  }

  /** Makes a link and ends the former ones; the session that a former one opened goes on. */
  async create(userId: string, by: LedgerActor): Promise<Result<FieldLink, 'notFound' | 'noFieldWorker'>> {
    return this.database.transaction(async () => {
      const user = await this.users.byId(userId);
      if (!user || user.disabledAt !== null) return err('notFound');
      if (user.role !== 'field') return err('noFieldWorker');
      const now = this.clock.now();
      await this.endLinks(userId, now);
      const token = this.chance.token();
      const link = { id: this.chance.id(this.clock), expiresAt: now + this.life };
      await this.database.insert(
        'field_links',
        ['id', 'tokenHash', 'userId', 'createdAt', 'expiresAt'],
        [[link.id, sha256(token), userId, now, link.expiresAt]],
      );
      await this.ledger.write({
        action: 'link.create',
        subject: `user/${userId}`,
        by,
        detail: { link: link.id, expiresAt: link.expiresAt },
      });
      return ok({ ...link, url: `${this.config.publicUrl}/#/field/${token}` });
    });
  }

  /** Opens the one session of a link. `tooManyAttempts` comes with the milliseconds to wait. */
  async open(
    token: string,
    address: string,
  ): Promise<Result<{ user: UserRecord; session: OpenedSession }, 'invalidLink' | 'tooManyAttempts'>> {
    const wait = await this.attempts.begin(null, address);
    if (wait > 0) return err('tooManyAttempts', wait);
    return this.database.transaction(async () => {
      const now = this.clock.now();
      const link = await this.database.one<{ id: string; userId: string; expiresAt: number }>(
        'SELECT id, userId, expiresAt FROM field_links WHERE tokenHash = ? AND usedAt IS NULL AND revokedAt IS NULL AND expiresAt > ?',
        [sha256(token), now],
      );
      const user = link && (await this.users.byId(link.userId));
      if (!link || !user || user.disabledAt !== null || user.role !== 'field') return err('invalidLink');
      const used = await this.database.execute(
        'UPDATE field_links SET usedAt = ? WHERE id = ? AND usedAt IS NULL AND revokedAt IS NULL',
        [now, link.id],
      );
      if (used === 0) return err('invalidLink');
      const session = await this.sessions.open(user.id, Number(link.expiresAt));
      await this.attempts.succeeded(null, address);
      await this.ledger.write({
        action: 'auth.link',
        subject: `user/${user.id}`,
        by: { id: user.id, name: user.username },
        detail: { from: address, link: link.id, session: session.id },
      });
      return ok({ user, session });
    });
  }

  /** Ends links and sessions of a field worker: a lost phone. False where there is none such. */
  async revoke(userId: string, by: LedgerActor): Promise<boolean> {
    return this.database.transaction(async () => {
      const user = await this.users.byId(userId);
      if (!user || user.role !== 'field') return false;
      await this.endLinks(userId, this.clock.now());
      await this.sessions.endOthers(userId, null);
      await this.ledger.write({ action: 'link.revoke', subject: `user/${userId}`, by });
      return true;
    });
  }

  private async endLinks(userId: string, now: number): Promise<void> {
    await this.database.execute(
      'UPDATE field_links SET revokedAt = ? WHERE userId = ? AND usedAt IS NULL AND revokedAt IS NULL',
      [now, userId],
    );
  }
}
