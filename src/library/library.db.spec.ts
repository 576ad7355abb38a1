import { beforeAll, describe, expect, it } from '@jest/globals';
import { dialects, withDatabase } from '../../test/support/database.js';
import {
  approver,
  libraryConfig as config,
  libraryRoom,
  LIBRARY_NOW as NOW,
  officer,
  reader,
  type LibraryRoom,
} from '../../test/support/library.js';
import { incidentsEntities } from '../incidents/index.js';
import { libraryEntities, TrickEntity } from './library.entity.js';
import { renderScript } from './render.js';
import type { ScriptRecord, ScriptRepository } from './scripts/script.repository.js';
import { scriptsQuery } from './scripts/script.schemas.js';
import { shippedScripts } from './shipped.loader.js';
import { officeVariables } from './variables.js';

const SHIPPED = shippedScripts().reduce((sum, { scripts }) => sum + scripts.length, 0);

describe.each(dialects())('the library on %s', (dialect) => {
  const held = withDatabase(dialect, [...libraryEntities, ...incidentsEntities]);
  const room = {} as LibraryRoom;
  const built = () => libraryRoom(held.database);

  const rows = async (): Promise<unknown[]> => [
    await held.database.query('SELECT * FROM fraud_types ORDER BY code'),
    await held.database.query('SELECT * FROM tricks ORDER BY code'),
    await held.database.query('SELECT * FROM scripts ORDER BY id'),
    await held.database.query('SELECT * FROM script_versions ORDER BY id'),
  ];

  const draft = async (body: string, trick = 'romance_invest') => {
    const made = await room.scripts.create({ trick, channel: 'sms', language: 'zh', body }, officer);
    if (!made.ok) throw new Error(JSON.stringify(made.detail));
    return made.value;
  };

  beforeAll(async () => {
    Object.assign(room, built());
    // Two processes that start at once.
    const [a, b] = await Promise.all([room.seed.seed(), room.seed.seed()]);
    expect([a.scripts + b.scripts, a.tricks + b.tricks, a.types + b.types]).toEqual([SHIPPED, 48, 12]);
  });

  it('is seeded once, however often it starts', async () => {
    const before = await rows();
    expect(await room.seed.seed()).toEqual({ types: 0, tricks: 0, scripts: 0, revised: 0, sentences: 0 });
    expect(await rows()).toEqual(before);
    expect(room.ledger.records.filter((record) => record.action === 'library.seed').length).toBeGreaterThanOrEqual(1);
  });

  it('holds 12 types, 48 tricks and approved wordings that render for this office', async () => {
    const shelf = await room.library.shelf();
    expect((await room.library.types()).map((type) => type.no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(shelf.tricks.map((trick) => trick.no)).toEqual(Array.from({ length: 48 }, (_, i) => i + 1));
    expect(await room.library.tricks('romance')).toHaveLength(3);
    expect(shelf.scripts).toHaveLength(SHIPPED);
    for (const script of shelf.scripts) {
      const { text, title } = renderScript(script, officeVariables(config));
      expect(text + (title ?? '')).not.toMatch(/[{}]/);
    }
    const versions = await room.database.query<Record<string, unknown>>(
      'SELECT DISTINCT status, reviewedAt FROM script_versions WHERE createdBy IS NULL',
    );
    expect(versions.map((v) => [v.status, Number(v.reviewedAt)])).toEqual([['approved', NOW]]);
  });

  it('matches its entities', async () => {
    const tricks = await held.writer
      .getRepository(TrickEntity)
      .find({ where: { type: 'romance' }, order: { no: 'ASC' } });
    expect(tricks.map((trick) => trick.facts.vulnerableGroups[0])).toEqual([
      'divorced_woman',
      'dating_app_user',
      'dating_app_user',
    ]);
  });

  it('builds a shelf once and notices what another process puts on it', async () => {
    const first = await room.library.shelf();
    expect(await room.library.shelf()).toBe(first);
    const script = await draft('网上认识的人谈到钱，先停一停。');
    expect((await room.library.shelf()).scripts).toHaveLength(first.scripts.length);
    await room.scripts.submit(script.id, officer);
    const other = built();
    expect((await other.scripts.approve(script.id, approver)).ok).toBe(true);
    const second = await room.library.shelf();
    expect(second).not.toBe(first);
    expect(second.scripts.filter((s) => s.scriptId === script.id)).toHaveLength(1);
    await other.scripts.retire(script.id, approver, '已过时');
    expect((await room.library.shelf()).scripts.filter((s) => s.scriptId === script.id)).toEqual([]);
    // What was sent can still be told.
    expect(await room.library.version(script.versions[0]!.id)).toMatchObject({
      scriptId: script.id,
      body: '网上认识的人谈到钱，先停一停。',
    });
  });

  it('lets nobody approve their own words, and moves by the table', async () => {
    const script = await draft('先核实，再转账。');
    expect(await room.scripts.approve(script.id, approver)).toMatchObject({ ok: false, error: 'illegalMove' });
    await room.scripts.submit(script.id, officer);
    expect(await room.scripts.approve(script.id, officer)).toMatchObject({ ok: false, error: 'ownScript' });
    expect(await room.scripts.submit(script.id, officer)).toMatchObject({ ok: false, error: 'illegalMove' });
    const returned = await room.scripts.return(script.id, approver, '再短一点');
    expect(returned).toMatchObject({
      ok: true,
      value: { versions: [{ status: 'draft', remark: '再短一点', reviewedBy: approver.id }] },
    });
    await room.scripts.submit(script.id, officer);
    expect(await room.scripts.approve(script.id, approver)).toMatchObject({
      ok: true,
      value: { versions: [{ status: 'approved' }] },
    });
    expect(await room.scripts.retire('01NOWHERE00000000000000000', approver)).toMatchObject({
      ok: false,
      error: 'notFound',
    });
    expect(room.ledger.records.filter((r) => r.subject === `script/${script.id}`).map((r) => r.action)).toEqual([
      'script.create',
      'script.submit',
      'script.return',
      'script.submit',
      'script.approve',
    ]);
  });

  it('never changes the words of a version: a change is a new one, which takes its place when approved', async () => {
    const script = await draft('第一版：先停一停。');
    await room.scripts.submit(script.id, officer);
    await room.scripts.approve(script.id, approver);
    const changed = await room.scripts.addVersion(script.id, { body: '第二版：先停一停。' }, officer);
    expect(changed).toMatchObject({
      ok: true,
      value: {
        versions: [
          { version: 2, status: 'draft' },
          { version: 1, status: 'approved', body: '第一版：先停一停。' },
        ],
      },
    });
    expect((await room.library.shelf()).scripts.find((s) => s.scriptId === script.id)?.body).toBe('第一版：先停一停。');
    await room.scripts.submit(script.id, officer);
    const approved = await room.scripts.approve(script.id, approver);
    expect(approved).toMatchObject({
      ok: true,
      value: {
        versions: [
          { version: 2, status: 'approved' },
          { version: 1, status: 'retired', body: '第一版：先停一停。', reviewedBy: approver.id, retiredAt: NOW },
        ],
      },
    });
    expect((await room.library.shelf()).scripts.filter((s) => s.scriptId === script.id).map((s) => s.body)).toEqual([
      '第二版：先停一停。',
    ]);
  });

  it('refuses what may not be saved, each mistake in its place', async () => {
    const refused = await room.scripts.create(
      {
        trick: 'nope',
        channel: 'chat',
        audience: 'divorced_woman',
        language: 'zh',
        body: '离异的朋友，看{{constructor.x}}',
      },
      officer,
    );
    expect(refused).toMatchObject({ ok: false, error: 'invalid' });
    expect(!refused.ok && refused.detail).toMatchObject([
      { path: '/trick', code: 'unknown_trick' },
      { path: '/audience', code: 'sensitive_audience' },
      { path: '/title', code: 'title_required' },
      { path: '/body', code: 'prototype_path' },
    ]);
  });

  it('lists scripts page by page in the order of the tricks', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query = scriptsQuery.parse({ limit: '7', type: 'romance', channel: 'sms', ...(cursor ? { cursor } : {}) });
      const page: Awaited<ReturnType<ScriptRepository['page']>> = await room.records.page(query);
      seen.push(...page.items.map((script) => script.trick));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect([...new Set(seen)]).toEqual(['romance_invest', 'romance_emergency_money', 'romance_nude_extortion']);
    expect(
      (await room.records.page(scriptsQuery.parse({ trick: 'loan_fake_flow', status: 'approved' }))).items.map(
        (s) => `${s.channel}${s.variant}`,
      ),
    ).toEqual(expect.arrayContaining(['sms1', 'sms2', 'voice1', 'chat1', 'email1']));
  });

  it('checks a text as it would arrive', () => {
    const wording = { channel: 'sms' as const, title: null, language: 'zh', body: '{{name}}，先核实，打{{hotline}}。' };
    expect(room.wordings.check(wording)).toEqual({
      findings: [],
      variables: ['hotline', 'name'],
      rendered: '王女士，先核实，打96110。',
      renderedTitle: null,
      asSent: expect.stringMatching(/^【.+】王女士，先核实，打96110。/),
      smsParts: 1,
      characters: 25,
      encoding: 'ucs2',
    });
    expect(room.wordings.check(wording, {})).toMatchObject({
      rendered: null,
      findings: [{ code: 'missing_variable', path: '/body', where: 0 }],
    });
    expect(room.wordings.check(wording, { name: '张三', hotline: '12345' }).rendered).toBe('张三，先核实，打12345。');
  });

  it('weighs recorded cases by type', async () => {
    const cases = Array.from({ length: 6 }, (_, i) => ({
      trick: 'romance_invest',
      occurredAt: NOW - i * 86_400_000,
      loss: 1234.5,
      township: '示例镇',
      tags: ['student'],
    }));
    expect(await room.incidents.record(cases, { by: officer, township: null })).toEqual({
      ok: true,
      value: { accepted: 6 },
    });
    const weights = await room.library.riskWeights(NOW + 1);
    expect(weights.get('romance')).toEqual({ cases: 6, factor: 12 });
    expect(weights.get('fake_loan')).toEqual({ cases: 0, factor: 0 });
    const kept = await room.database.one<Record<string, unknown>>('SELECT type, township, loss FROM incidents');
    expect([kept?.type, kept?.township, Number(kept?.loss)]).toEqual(['romance', '330000100', 123450]);
  });

  it('refuses cases that cannot be, and keeps none of the others', async () => {
    const before = await room.database.one('SELECT COUNT(*) AS n FROM incidents');
    const refused = await room.incidents.record(
      [
        { type: 'romance', occurredAt: NOW },
        { type: 'romance', occurredAt: NOW + 1 },
        { type: 'nope', occurredAt: NOW },
        { trick: 'nope', occurredAt: NOW },
        { type: 'fake_loan', trick: 'romance_invest', occurredAt: NOW },
        { type: 'romance', township: '别处', occurredAt: NOW },
      ],
      { by: officer, township: null },
    );
    expect(!refused.ok && refused.detail).toMatchObject([
      { path: '/incidents/1/occurredAt', code: 'in_future' },
      { path: '/incidents/2/type', code: 'unknown_type' },
      { path: '/incidents/3/trick', code: 'unknown_trick' },
      { path: '/incidents/4/trick', code: 'trick_of_other_type' },
      { path: '/incidents/5/township', code: 'unknown_township' },
    ]);
    const elsewhere = await room.incidents.record([{ type: 'romance', township: '示例镇', occurredAt: NOW }], {
      by: officer,
      township: '330000101',
    });
    expect(!elsewhere.ok && elsewhere.detail).toMatchObject([{ code: 'unknown_township' }]);
    expect(await room.database.one('SELECT COUNT(*) AS n FROM incidents')).toEqual(before);
  });

  it('approves no translation that nobody has read against the Chinese, and nobody reads their own', async () => {
    const made = await room.scripts.create(
      { trick: 'romance_invest', channel: 'sms', language: 'en', body: 'Stop and check first. Call {{hotline}}.' },
      officer,
    );
    if (!made.ok) throw new Error(JSON.stringify(made.detail));
    const { id } = made.value;
    await room.scripts.submit(id, officer);
    expect(await room.scripts.approve(id, approver)).toMatchObject({ ok: false, error: 'translationUnreviewed' });
    expect(await room.scripts.reviewTranslation(id, officer)).toMatchObject({ ok: false, error: 'ownScript' });
    expect(await room.scripts.reviewTranslation(id, reader)).toMatchObject({
      ok: true,
      value: { versions: [{ translationReviewedBy: 'reader', translationReviewedAt: NOW }] },
    });
    expect(await room.scripts.approve(id, approver)).toMatchObject({ ok: true });
    // A new version is a new translation.
    await room.scripts.addVersion(id, { body: 'Check first. Call {{hotline}}.' }, officer);
    await room.scripts.submit(id, officer);
    expect(await room.scripts.approve(id, approver)).toMatchObject({ ok: false, error: 'translationUnreviewed' });
    await room.scripts.retire(id, approver);
    const zh = await draft('先停一停，再核实。');
    expect(await room.scripts.reviewTranslation(zh.id, reader)).toMatchObject({ ok: false, error: 'illegalMove' });
  });

  it('lays in a shipped text that has changed, where the bureau has not edited the script', async () => {
    const [untouched, edited, retired] = (
      await room.records.page(scriptsQuery.parse({ type: 'fake_loan', channel: 'sms', status: 'approved', limit: '3' }))
    ).items as [ScriptRecord, ScriptRecord, ScriptRecord];
    await room.scripts.addVersion(edited.id, { body: '本单位改过：先停一停。' }, officer);
    await room.scripts.retire(retired.id, approver);
    // As if an earlier version of the product had shipped other words.
    for (const { id } of [untouched, edited, retired])
      await room.database.execute(
        'UPDATE script_versions SET body = ?, digest = ? WHERE scriptId = ? AND version = 1',
        ['旧版的话。', `old ${id}`, id],
      );
    expect(await room.seed.seed()).toMatchObject({ scripts: 0, revised: 1 });
    expect((await room.records.find(untouched.id))?.versions).toMatchObject([
      { version: 2, status: 'approved', body: untouched.versions[0]!.body, createdBy: null },
      { version: 1, status: 'retired', body: '旧版的话。' },
    ]);
    expect((await room.records.find(edited.id))?.versions).toMatchObject([
      { version: 2, status: 'draft' },
      { version: 1, status: 'approved', body: '旧版的话。' },
    ]);
    expect((await room.records.find(retired.id))?.versions).toMatchObject([{ version: 1, status: 'retired' }]);
    expect(await room.seed.seed()).toMatchObject({ revised: 0 });
  });

  it('lays out the shelf of an earlier instant again', async () => {
    const before = room.clock.now();
    const was = (await room.library.shelf()).scripts.map((script) => script.versionId).sort((a, b) => a - b);
    room.clock.set(NOW + 60_000);
    const script = await draft('以后才有的话。');
    await room.scripts.submit(script.id, officer);
    await room.scripts.approve(script.id, approver);
    room.clock.set(NOW + 120_000);
    await room.scripts.retire(script.id, approver);
    const at = async (instant: number) =>
      (await room.library.shelfAsOf(instant)).scripts.map((one) => one.versionId).sort((a, b) => a - b);
    const { id } = script.versions[0]!;
    expect(await at(before)).toEqual(was);
    expect(await at(NOW + 60_000)).toEqual([...was, id].sort((a, b) => a - b));
    expect(await at(NOW + 120_000)).toEqual(was);
    room.clock.set(NOW);
  });
});
