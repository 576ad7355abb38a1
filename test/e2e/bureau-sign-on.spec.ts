import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Provider } from 'oidc-provider';
import { startApp, type RunningApp } from '../../src/app.js';
import { loadConfig } from '../../src/platform/index.js';
import { startIsland, type Island } from '../support/app.js';
import { freePort } from '../support/ports.js';
import { readFileSync, writeFileSync } from 'node:fs';

/** A browser in miniature: follows redirects by hand, with its cookies. */
class Browser {
  private readonly jar = new Map<string, string>();

  async go(url: string, init: RequestInit = {}): Promise<Response> {
    const cookies = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie: cookies } });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value === '') this.jar.delete(name!);
      else this.jar.set(name!, value!);
    }
    return response;
  }

  /** Follows redirects, types a name and a password where the sign-on asks for them, until `isEnd`. */
  async signOn(url: string, login: string, isEnd: (url: string) => boolean): Promise<string> {
    let at = url;
    for (let i = 0; i < 20; i += 1) {
      if (isEnd(at)) return at;
      const response = await this.go(at);
      const next = response.headers.get('location');
      if (next) {
        at = new URL(next, at).href;
        continue;
      }
      const page = await response.text();
      const action = /<form[^>]+action="([^"]+)"/.exec(page)?.[1];
      if (!action) throw new Error(`no form at ${at}: ${page.slice(0, 300)}`);
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? 'login';
      const posted = await this.go(new URL(action, at).href, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ prompt, login, password: 'any' }),
      });
      at = new URL(posted.headers.get('location')!, at).href;
    }
    throw new Error('the sign-on does not end');
  }
}

describe("the bureau's own sign-on", () => {
  let island: Island;
  let running: RunningApp;
  let sso: Server;

  beforeAll(async () => {
    const [ssoPort, ownPort] = [await freePort(), await freePort()];
    const issuer = `http://127.0.0.1:${ssoPort}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'tidecall',
          client_secret: 'a secret between the two',
          redirect_uris: [`http://127.0.0.1:${ownPort}/api/v1/auth/oidc/callback`],
        },
      ],
      claims: { openid: ['sub'], profile: ['preferred_username', 'role'] },
      conformIdTokenClaims: false,
      cookies: { keys: ['only for this test'] },
      features: { devInteractions: { enabled: true } },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => Promise.resolve({ sub: id, preferred_username: id, role: 'admin' }),
      }),
    });
    sso = createServer(provider.callback()).listen(ssoPort, '127.0.0.1');
    await new Promise((resolve) => sso.once('listening', resolve));
    island = await startIsland('sqlite');
    const file = island.environment.TIDECALL_CONFIG!;
    const server = `server: { signInAttempts: 1000, publicUrl: 'http://127.0.0.1:${ownPort}', oidc: { issuer: '${issuer}', clientId: tidecall, clientSecret: 'a secret between the two', claim: preferred_username } }`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^server: .*$/m, server));
    running = await startApp({
      config: loadConfig({ ...island.environment, PORT: String(ownPort) }),
      roles: { api: true, scheduler: false, worker: false },
      logLevels: ['fatal'],
    });
  }, 60_000);
  afterAll(async () => {
    await running.close();
    await island.close();
    sso.close();
  });
  const api = (path: string) => `${running.url}/api/v1${path}`;
  const isCallback = (url: string) => url.startsWith(api('/auth/oidc/callback'));

  it('signs in who has an account here, with the rights of that account and none that it claims', async () => {
    const browser = new Browser();
    const end = await browser.signOn(api('/auth/oidc/login'), 'auditor', (url) => url === `${running.url}/`);
    expect(end).toBe(`${running.url}/`);
    const me = (await (await browser.go(api('/auth/me'))).json()) as { user: { username: string; role: string } };
    expect(me.user).toMatchObject({ username: 'auditor', role: 'auditor' });
    expect((await browser.go(api('/users'))).status).toBe(403);
  }, 30_000);

  it('makes no account for who has none', async () => {
    const browser = new Browser();
    const callback = await browser.signOn(api('/auth/oidc/login'), 'stranger', isCallback);
    const refused = await browser.go(callback);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'unknown_user']);
    expect((await browser.go(api('/auth/me'))).status).toBe(401);
  }, 30_000);

  it('takes no answer that was not asked for by this browser, none twice, and none that was altered', async () => {
    const browser = new Browser();
    const callback = await browser.signOn(api('/auth/oidc/login'), 'officer', isCallback);
    const other = await new Browser().go(callback);
    expect(other.status).toBe(401);
    expect((await browser.go(callback.replace(/state=./, 'state=x'))).status).toBe(401);
    const again = new Browser();
    const fresh = await again.signOn(api('/auth/oidc/login'), 'officer', isCallback);
    expect((await again.go(fresh)).status).toBe(303);
    expect((await again.go(fresh)).status).toBe(401);
  }, 30_000);

  it('is not there where none is configured', async () => {
    expect((await fetch(`${island.running.url}/api/v1/auth/oidc/login`)).status).toBe(404);
  });
});
