import { Injectable } from '@nestjs/common';
import { Config } from '../platform/index.js';
import type { Actor } from './actor.js';
import { ApiTokens } from './api-tokens.service.js';
import { isRole } from './rights.js';
import { cookieIn, SESSION_COOKIE } from './session-cookie.js';
import { Sessions, type Session } from './sessions.service.js';
import type { UserRecord } from './user-records.service.js';

export interface SignedIn {
  readonly actor: Actor;
  /** Null where an API token was used. */
  readonly session: Session | null;
  /** A browser sends its cookie with whatever another site makes it send; what came with it must prove its origin. */
  readonly byCookie: boolean;
  /** The role needs a second factor, and this user has none yet: nothing may be done but enrol. */
  readonly mustEnrol: boolean;
}

/** Finds who calls by what the call carries: `Authorization: Bearer`, else the session cookie. */
@Injectable()
export class CredentialsReader {
  constructor(
    private readonly sessions: Sessions,
    private readonly tokens: ApiTokens,
    private readonly config: Config,
  ) {}

  async read(headers: { authorization?: string | undefined; cookie?: string | undefined }): Promise<SignedIn | null> {
    if (headers.authorization !== undefined) {
      const token = /^Bearer ([\w-]{20,100})$/i.exec(headers.authorization)?.[1];
      if (token === undefined) return null;
      return token.startsWith('tc_') ? this.byToken(token) : this.bySession(token, false);
    }
    const cookie = cookieIn(headers.cookie ?? '', SESSION_COOKIE);
    return cookie === null ? null : this.bySession(cookie, true);
  }

  private async bySession(token: string, byCookie: boolean): Promise<SignedIn | null> {
    const found = await this.sessions.find(token);
    const actor = found && actorOf(found.user);
    return actor ? { actor, session: found.session, byCookie, mustEnrol: this.mustEnrol(found.user) } : null;
  }

  private async byToken(token: string): Promise<SignedIn | null> {
    const found = await this.tokens.find(token);
    const actor = found && actorOf(found.user);
    return actor
      ? {
          actor: { ...actor, limitedTo: found.scopes },
          session: null,
          byCookie: false,
          mustEnrol: this.mustEnrol(found.user),
        }
      : null;
  }

  private mustEnrol({ role, totpSecret }: UserRecord): boolean {
    return totpSecret === null && (this.config.settings.server.totpRequiredFor as readonly string[]).includes(role);
  }
}

/** Null for a row that cannot be: a township officer without a township would see the whole county. */
export function actorOf(user: UserRecord): Actor | null {
  if (!isRole(user.role) || (user.role === 'township' && user.township === null)) return null;
  return {
    id: user.id,
    name: user.username,
    role: user.role,
    scope: { township: user.township },
    mayReadSensitive: user.mayReadSensitive,
  };
}
