import { afterAll, beforeAll } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { Accounts, AccountsModule } from '../../src/accounts/index.js';
import { audienceEntities } from '../../src/audience/index.js';
import { AuditModule } from '../../src/audit/index.js';
import type { Database, Dialect, SteppedClock } from '../../src/platform/index.js';
import { groundEntities, PASSWORD, testApp } from './accounts.js';
import { withDatabase } from './database.js';

const users = [
  { username: 'officer', role: 'officer', township: null, mayReadSensitive: false },
  { username: 'reader', role: 'officer', township: null, mayReadSensitive: true },
  { username: 'caiyuan', role: 'township', township: '菜园镇', mayReadSensitive: false },
  { username: 'auditor', role: 'auditor', township: null, mayReadSensitive: false },
  { username: 'grid', role: 'field', township: '菜园镇', mayReadSensitive: false },
] as const;
export type DeskUser = (typeof users)[number]['username'];

export interface Desk {
  readonly app: NestExpressApplication;
  readonly clock: SteppedClock;
  readonly database: Database;
  get(user: DeskUser, path: string): request.Test;
  /** A form with a file: `.attach(...)`. */
  upload(user: DeskUser, path: string): request.Test;
  send(user: DeskUser, method: 'post' | 'put' | 'delete', path: string, body?: object): request.Test;
  /** The ledger's entries of one action, oldest first: their subject and detail. */
  ledger(action: string): Promise<{ subject: string; actor: string; detail: Record<string, unknown> }[]>;
}

/** Some rooms of the audience behind real sign-ins: an officer, one who may read sensitive tags, a township's, an auditor, a field worker. */
export function withDesk(dialect: Dialect, modules: (new () => object)[]): Desk {
  const held = withDatabase(dialect, [...groundEntities, ...audienceEntities]);
  const tokens = new Map<DeskUser, string>();
  const signed = (user: DeskUser, test: request.Test) => test.set('authorization', `Bearer ${tokens.get(user)}`);
  const http = () => request(desk.app.getHttpServer());
  const desk = {
    get: (user, path) => signed(user, http().get(`/api/v1${path}`)),
    upload: (user, path) => signed(user, http().post(`/api/v1${path}`)),
    send: (user, method, path, body) => signed(user, http()[method](`/api/v1${path}`)).send(body),
    ledger: async (action) => {
      const rows = await held.database.query<{ subject: string; actor: string; detail: string }>(
        'SELECT subject, actor, detail FROM ledger_entries WHERE action = ? ORDER BY id',
        [action],
      );
      return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
    },
  } as Desk & { app: NestExpressApplication };

  beforeAll(async () => {
    Object.assign(desk, await testApp(held, [AccountsModule, AuditModule, ...modules]), { database: held.database });
    const accounts = desk.app.get(Accounts);
    for (const user of users) {
      await accounts.create({ ...user, password: PASSWORD });
      const { body } = await http()
        .post('/api/v1/auth/login')
        .send({ username: user.username, password: PASSWORD })
        .expect(200);
      tokens.set(user.username, (body as { token: string }).token);
    }
  });
  afterAll(() => desk.app.close());
  return desk;
}
