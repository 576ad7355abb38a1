import { Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { Clock, Config, Database, err, Ledger, ok, Vault, type Result } from '../platform/index.js';
import { Sessions, type OpenedSession } from './sessions.service.js';
import { SignInAttempts } from './sign-in-attempts.service.js';
import { UserRecords, type UserRecord } from './user-records.service.js';

const ROUND_TRIP_MS = 10 * 60_000;

/** What the browser keeps, sealed, while its user is at the bureau's own sign-on. */
interface UnderWay {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly startedAt: number;
}

export type SignOnRefusal =
  'notConfigured' | 'tooManyAttempts' | 'notUnderWay' | 'refused' | 'unknownUser' | 'unreachable';

/**
 * The bureau's own sign-on (OpenID Connect, code flow with PKCE, state and nonce). It says who somebody is and nothing more: a
 * configured claim names a user that an administrator has made here, and that user's rights are those given here.
 */
@Injectable()
export class BureauSignOn {
  private discovered: Promise<oidc.Configuration> | null = null;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly vault: Vault,
    private readonly database: Database,
    private readonly users: UserRecords,
    private readonly sessions: Sessions,
    private readonly attempts: SignInAttempts,
    private readonly ledger: Ledger,
  ) {}

  get redirectUri(): string {
    return `${this.config.publicUrl}/api/v1/auth/oidc/callback`;
  }

  /** Where to send the browser, and what it has to bring back. */
  async begin(): Promise<Result<{ url: string; underWay: string }, SignOnRefusal>> {
    const { oidc: settings } = this.config.settings.server;
    if (!settings) return err('notConfigured');
    const provider = await this.provider();
    if (!provider) return err('unreachable');
    const underWay: UnderWay = {
      verifier: oidc.randomPKCECodeVerifier(),
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      startedAt: this.clock.now(),
    };
    const url = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.redirectUri,
      scope: settings.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(underWay.verifier),
      code_challenge_method: 'S256',
      state: underWay.state,
      nonce: underWay.nonce,
    });
    return ok({ url: url.href, underWay: this.vault.seal(JSON.stringify(underWay)) });
  }

  /** `query` is what the sign-on sent the browser back with. `tooManyAttempts` comes with the milliseconds to wait. */
  async finish(
    query: string,
    sealed: string | null,
    address: string,
  ): Promise<Result<{ user: UserRecord; session: OpenedSession }, SignOnRefusal>> {
    const { oidc: settings } = this.config.settings.server;
    if (!settings) return err('notConfigured');
    const wait = await this.attempts.begin(null, address);
    if (wait > 0) return err('tooManyAttempts', wait);
    const underWay = this.read(sealed);
    if (!underWay) return err('notUnderWay');
    const provider = await this.provider();
    if (!provider) return err('unreachable');
    let name: unknown;
    try {
      const tokens = await oidc.authorizationCodeGrant(provider, new URL(`${this.redirectUri}${query}`), {
        pkceCodeVerifier: underWay.verifier,
        expectedState: underWay.state,
        expectedNonce: underWay.nonce,
        idTokenExpected: true,
      });
      name = tokens.claims()?.[settings.claim];
    } catch {
      await this.refusal(address, 'oidc');
      return err('refused');
    }
    const user = typeof name === 'string' ? await this.users.byName(name) : null;
    if (!user || user.disabledAt !== null) {
      await this.refusal(address, 'oidcUser');
      return err('unknownUser');
    }
    return this.database.transaction(async () => {
      await this.attempts.succeeded(null, address);
      const session = await this.sessions.open(user.id);
      await this.ledger.write({
        action: 'auth.oidc',
        subject: `user/${user.id}`,
        by: { id: user.id, name: user.username },
        detail: { from: address, session: session.id },
      });
      return ok({ user, session });
    });
  }

  private refusal(address: string, what: string): Promise<void> {
    const by = { id: null, name: 'unknown' };
    return this.ledger.write({ action: 'auth.failed', subject: 'sign-in', by, detail: { from: address, what } });
  }

  private read(sealed: string | null): UnderWay | null {
    if (!sealed) return null;
    try {
      const underWay = JSON.parse(this.vault.open(sealed)) as UnderWay;
      return Math.abs(this.clock.now() - underWay.startedAt) < ROUND_TRIP_MS ? underWay : null;
    } catch {
      return null;
    }
  }

  /** Asked once, and again where it did not answer; plain HTTP is for a sign-on on this machine only. */
  private async provider(): Promise<oidc.Configuration | null> {
    const { oidc: settings } = this.config.settings.server;
    if (!settings) return null;
    const issuer = new URL(settings.issuer);
    const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname);
    this.discovered ??= oidc.discovery(issuer, settings.clientId, settings.clientSecret, undefined, {
      ...(isHere ? { execute: [oidc.allowInsecureRequests] } : {}),
    });
    try {
      return await this.discovered;
    } catch {
      this.discovered = null;
      return null;
    }
  }
}
