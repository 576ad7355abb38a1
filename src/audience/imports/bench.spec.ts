import { createReadStream } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { audienceApp, type AudienceApp } from '../../../test/support/audience.js';
import { dialects, withDatabase } from '../../../test/support/database.js';
import { COUNTY } from '../../accounts/index.js';
import { ImportsModule } from './imports.module.js';
import { Imports } from './imports.service.js';

describe.each(dialects())('import bench on %s', (dialect) => {
  const held = withDatabase(dialect);
  let room: AudienceApp;
  let app: NestExpressApplication;
  beforeAll(async () => {
    room = await audienceApp(held, [ImportsModule]);
    app = room.app;
  });
  afterAll(() => room.close());
  it('is fast', async () => {
    void createReadStream;
    for (const round of ['fresh', 'again', 'dry']) {
      const t = Date.now(); const c0 = process.cpuUsage();
      const view = await app.get(Imports).importFile(process.env.BENCH_FILE ?? '/tmp/aud/p.csv', { by: { id: 'U1', name: 'x' }, scope: COUNTY, dryRun: round === 'dry' });
      const s = (Date.now() - t) / 1000;
      console.log(dialect, round, JSON.stringify({ ...view, warnings: view.warnings.map((w) => [w.code, w.count]) }), Math.round(view.total / s), 'rows/s', (() => { const c = process.cpuUsage(c0); return Math.round((c.user + c.system) / view.total) + ' us cpu/row'; })(), Math.round(process.memoryUsage().rss / 1e6), 'MB');
    }
    expect(1).toBe(1);
  }, 600000);
});
