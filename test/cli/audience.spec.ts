import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startIsland, type Island } from '../support/app.js';
import { builtCli, cli } from '../support/cli.js';
import { dialects } from '../support/database.js';

// Every call starts a process, and each of them the whole house.
jest.setTimeout(180_000);

describe.each(dialects())('refusals and retention at the terminal on %s', (dialect) => {
  let island: Island;
  const call = async (...words: string[]) => {
    const { code, out, err } = await cli(island.environment, [...words, '--json']);
    return { code, err, ...(out === '' ? {} : (JSON.parse(out) as Record<string, unknown>)) };
  };

  beforeAll(async () => {
    await builtCli();
    island = await startIsland(dialect);
  }, 300_000);
  afterAll(() => island.close());

  it('enters refusals in one line and from a file, and tells what is no number by its line', async () => {
    expect(await call('opt-out', '138 0000 0001', '+86-13800000002')).toMatchObject({
      code: 0,
      added: 2,
      known: 0,
      wrong: [],
    });
    const file = join(mkdtempSync(join(tmpdir(), 'tidecall-refused-')), 'refused.csv');
    writeFileSync(file, '\ufeff手机号,备注\r\n13800000001,早已退订\r\n12,坏\r\n１３８０００００００３,\r\n');
    const told = await call('opt-out', '--file', file, '--channel', 'sms');
    expect(told).toMatchObject({ code: 1, added: 2, known: 0, wrong: [{ line: 3, message: 'no phone number' }] });
    expect(await call('opt-out', '--file', file, '--channel', 'sms')).toMatchObject({ added: 0, known: 2 });
    expect((await call('opt-out', '13800000004', '--channel', 'pigeon')).code).toBe(2);
    expect((await call('opt-out')).code).toBe(2);
    const officer = await island.client.as('officer');
    const { body } = await officer.get<{ items: { source: string }[] }>('/opt-outs');
    expect(body.items.map((o) => o.source).sort()).toEqual(['api', 'api', 'import', 'import']);
  });

  it('says what retention would forget, and forgets it when told to', async () => {
    const officer = await island.client.as('officer');
    const past = { kind: 'arrival', since: '2020-01-01T00:00:00+08:00', until: '2020-01-02T00:00:00+08:00' };
    await officer.put('/people', { people: [{ externalId: 'OLD', township: '菜园镇', populations: [past] }] });
    const people = async () => (await officer.get<{ items: object[] }>('/people')).body.items.length;
    const arrivals = (told: Record<string, unknown>) =>
      (told.items as { kind: string }[]).find((i) => i.kind === 'arrivals');
    const dry = await call('retention', '--dry-run');
    expect([dry.code, arrivals(dry), await people()]).toEqual([0, expect.objectContaining({ forgotten: 1 }), 1]);
    expect(arrivals(await call('retention'))).toMatchObject({ forgotten: 1 });
    expect(await people()).toBe(0);
    const auditor = await island.client.as('auditor');
    const { body } = await auditor.get<{ items: { actor: string; subject: string }[] }>(
      '/audit/entries?action=retention.forget',
    );
    expect(body.items.map((e) => e.subject)).toContain('retention/arrivals');
  });
});
