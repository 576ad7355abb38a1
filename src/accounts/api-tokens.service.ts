import { Injectable } from '@nestjs/common';
import { Chance, Clock, Database, err, Ledger, ok, sha256, type Result } from '../platform/index.js';
import { may, type Actor } from './actor.js';
import { isRight, rightsOf, type Right } from './rights.js';
import { userColumns, userIn, type UserRecord } from './user-records.service.js';

const MINUTE = 60_000;
const LONGEST = 366 * 86_400_000;

export interface ApiToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly Right[];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Right[];
  readonly expiresAt: number;
}

/** Keys for programs: a part of their owner's rights, for a time, shown once, stored as a hash. */
@Injectable()
export class ApiTokens {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly ledger: Ledger,
  ) {}

  async create(
    wanted: NewToken,
    by: Actor,
  ): Promise<Result<ApiToken & { token: string }, 'rightNotHeld' | 'inThePast' | 'tooLate'>> {
    const now = this.clock.now();
    const beyond = wanted.scopes.filter((scope) => !rightsOf(by.role).includes(scope));
    if (beyond.length > 0) return err('rightNotHeld', beyond);
    if (wanted.expiresAt <= now) return err('inThePast');
    if (wanted.expiresAt - now > LONGEST) return err('tooLate');
    const token = `tc_${this.chance.token()}`;
    const made = { ...wanted, id: this.chance.id(this.clock), userId: by.id, createdAt: now, lastUsedAt: null };
    await this.database.transaction(async () => {
      await this.database.insert(
        'api_tokens',
        ['id', 'tokenHash', 'userId', 'name', 'scopes', 'createdAt', 'expiresAt'],
        [[made.id, sha256(token), by.id, made.name, JSON.stringify(made.scopes), now, made.expiresAt]],
      );
      await this.ledger.write({
        action: 'token.create',
        subject: `token/${made.id}`,
        by,
        detail: { name: made.name, scopes: made.scopes, expiresAt: made.expiresAt },
      });
    });
    return ok({ ...made, token });
  }

  /** The user of a living token and what the token may do. `lastUsedAt` moves at most once a minute. */
  async find(token: string): Promise<{ user: UserRecord; scopes: Right[] } | null> {
    const now = this.clock.now();
    const row = await this.database.one<Record<string, unknown>>(
      `SELECT t.id, t.scopes, t.lastUsedAt, ${userColumns('u')} FROM api_tokens t JOIN users u ON u.id = t.userId
       WHERE t.tokenHash = ? AND t.revokedAt IS NULL AND t.expiresAt > ? AND u.disabledAt IS NULL`,
      [sha256(token), now],
    );
    if (!row) return null;
    if (now - Number(row.lastUsedAt ?? 0) >= MINUTE) {
      await this.database.execute('UPDATE api_tokens SET lastUsedAt = ? WHERE id = ? AND COALESCE(lastUsedAt, 0) < ?', [
        now,
        String(row.id),
        now,
      ]);
    }
    return { user: userIn(row), scopes: readScopes(String(row.scopes)) };
  }

  async of(userId: string): Promise<ApiToken[]> {
    const rows = await this.database.query<Omit<ApiToken, 'scopes'> & { scopes: string }>(
      `SELECT id, userId, name, scopes, createdAt, expiresAt, lastUsedAt FROM api_tokens WHERE userId = ? AND revokedAt IS NULL ORDER BY id`,
      [userId],
    );
    return rows.map((row) => ({
      ...row,
      scopes: readScopes(row.scopes),
      createdAt: Number(row.createdAt),
      expiresAt: Number(row.expiresAt),
      lastUsedAt: row.lastUsedAt === null ? null : Number(row.lastUsedAt),
    }));
  }

  /** Ends a token: one's own, or anybody's with the right `tokens`. False where there is none such to be seen. */
  async revoke(id: string, by: Actor): Promise<boolean> {
    return this.database.transaction(async () => {
      const mine = may(by, 'tokens') ? '' : ' AND userId = ?';
      const changed = await this.database.execute(
        `UPDATE api_tokens SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL${mine}`,
        mine === '' ? [this.clock.now(), id] : [this.clock.now(), id, by.id],
      );
      if (changed > 0) await this.ledger.write({ action: 'token.revoke', subject: `token/${id}`, by });
      return changed > 0;
    });
  }

  async revokeAllOf(userId: string): Promise<void> {
    await this.database.execute('UPDATE api_tokens SET revokedAt = ? WHERE userId = ? AND revokedAt IS NULL', [
      this.clock.now(),
      userId,
    ]);
  }
}

const readScopes = (text: string): Right[] =>
  (JSON.parse(text) as unknown[]).filter((scope): scope is Right => typeof scope === 'string' && isRight(scope));
