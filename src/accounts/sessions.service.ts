import { Injectable } from '@nestjs/common';
import { Chance, Clock, Config, Database, parseDuration, sha256 } from '../platform/index.js';
import { userColumns, userIn, type UserRecord } from './user-records.service.js';

const MINUTE = 60_000;

/** What the browser or program gets: the token itself is nowhere stored. */
export interface OpenedSession {
  readonly id: string;
  readonly token: string;
  readonly csrfToken: string;
  readonly expiresAt: number;
}

export interface Session {
  readonly id: string;
  readonly csrfToken: string;
  readonly expiresAt: number;
}

/** Who is signed in. A session ends by itself (idle, absolute), by its owner, by a new password, or with its user. */
@Injectable()
export class Sessions {
  private readonly idle: number;
  private readonly absolute: number;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    config: Config,
  ) {
    this.idle = parseDuration(config.settings.server.sessionIdle) ?? 0;
    this.absolute = parseDuration(config.settings.server.sessionAbsolute) ?? 0;
  }

  /** `endsAt`: where it ends before its usual time. */
  async open(userId: string, endsAt: number | null = null): Promise<OpenedSession> {
    const now = this.clock.now();
    const session = {
      id: this.chance.id(this.clock),
      token: `ts_${this.chance.token()}`,
      csrfToken: this.chance.token(24),
    };
    await this.database.insert(
      'sessions',
      ['id', 'tokenHash', 'csrfToken', 'userId', 'createdAt', 'lastSeenAt', 'endsAt'],
      [[session.id, sha256(session.token), session.csrfToken, userId, now, now, endsAt]],
    );
    return { ...session, expiresAt: this.lastInstant(now, endsAt) };
  }

  /** The session of a token and its user; null where there is none that still lives. */
  async find(token: string): Promise<{ session: Session; user: UserRecord } | null> {
    const row = await this.database.one<Record<string, unknown>>(
      `SELECT s.id, s.csrfToken, s.createdAt, s.lastSeenAt, s.endsAt, ${userColumns('u')} FROM sessions s JOIN users u ON u.id = s.userId
       WHERE s.tokenHash = ? AND s.endedAt IS NULL AND u.disabledAt IS NULL`,
      [sha256(token)],
    );
    if (!row) return null;
    const now = this.clock.now();
    const [createdAt, lastSeenAt] = [Number(row.createdAt), Number(row.lastSeenAt)];
    const expiresAt = this.lastInstant(createdAt, row.endsAt === null ? null : Number(row.endsAt));
    if (now - lastSeenAt >= this.idle || now >= expiresAt) return null;
    const id = String(row.id);
    if (now - lastSeenAt >= Math.min(MINUTE, this.idle / 4)) {
      await this.database.execute('UPDATE sessions SET lastSeenAt = ? WHERE id = ? AND lastSeenAt < ?', [now, id, now]);
    }
    return {
      session: { id, csrfToken: String(row.csrfToken), expiresAt },
      user: userIn(row),
    };
  }

  private lastInstant(createdAt: number, endsAt: number | null): number {
    return Math.min(createdAt + this.absolute, endsAt ?? Infinity);
  }

  async end(id: string): Promise<void> {
    await this.database.execute('UPDATE sessions SET endedAt = ? WHERE id = ? AND endedAt IS NULL', [
      this.clock.now(),
      id,
    ]);
  }

  /** Ends all sessions of a user but one; answers how many. */
  async endOthers(userId: string, but: string | null): Promise<number> {
    return this.database.execute('UPDATE sessions SET endedAt = ? WHERE userId = ? AND endedAt IS NULL AND id <> ?', [
      this.clock.now(),
      userId,
      but ?? '',
    ]);
  }
}
