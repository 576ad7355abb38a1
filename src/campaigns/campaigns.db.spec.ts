import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dialects, withDatabase } from '../../test/support/database.js';
import {
  approver,
  caiyuan,
  campaignsEntities,
  campaignsRoom,
  definition,
  officer,
  value,
  type CampaignsRoom,
} from '../../test/support/campaigns.js';
import type { Actor } from '../accounts/index.js';
import { campaignPatchSchema } from './campaign.schemas.js';

const NOON = '2026-12-01T12:00:00+08:00';
const other: Actor = { ...officer, id: 'OTHER', name: 'other' };

describe.each(dialects())('campaigns on %s', (dialect) => {
  const held = withDatabase(dialect, campaignsEntities);
  let room: CampaignsRoom;
  beforeEach(async () => {
    room = await campaignsRoom(held.database, NOON);
  });
  afterEach(async () => {
    for (const table of ['campaigns', 'campaign_versions', 'runs', 'occurrences', 'alarms'])
      await held.database.execute(`DELETE FROM ${table}`);
  });

  const change = (id: string, patch: object, by = officer) =>
    room.campaigns.change(id, campaignPatchSchema.parse(patch), by);

  it('goes from draft to active, with a ledger entry for each decision', async () => {
    const made = value(await room.campaigns.create(definition(), officer));
    expect(made).toMatchObject({
      status: 'draft',
      latestVersion: 1,
      approvedVersion: null,
      nextRunAt: null,
      township: null,
    });
    expect(value(await room.campaigns.submit(made.id, officer, { targeted: 100, planned: 90 })).status).toBe(
      'inReview',
    );
    expect(value(await room.approvals.approve(made.id, approver, { targeted: 104 })).status).toBe('approved');
    const active = value(await room.lifecycle.activate(made.id, officer));
    expect(active).toMatchObject({
      status: 'active',
      nextRunAt: Date.parse('2026-12-02T09:00:00+08:00'),
      activatedAt: Date.parse(NOON),
    });
    expect(await room.campaigns.view(active)).toMatchObject({
      name: '本地居民日@',
      cadence: { kind: 'daily', at: '09:00' },
      version: 1,
      status: 'active',
      nextRunAt: '2026-12-02T09:00:00+08:00',
      draft: null,
      review: { submittedBy: 'OFFICER', reviewedBy: 'APPROVER', preflight: { targeted: 100, planned: 90 } },
    });
    expect(room.ledger.entries.map((e) => e.action)).toEqual([
      'campaign.create',
      'campaign.submit',
      'campaign.approve',
      'campaign.activate',
    ]);
  });

  it('names each mistake that the rest of the house knows of', async () => {
    const bad = definition({
      segmentId: 'CHATS',
      groupSegmentId: 'GONE',
      channels: [{ channel: 'sms', gateways: ['mas', 'nix'] }, { channel: 'chat' }],
      assignment: { policy: 'fixed', tricks: ['trick-x'] },
      cadence: { kind: 'once', at: '2026-11-30T09:00:00+08:00' },
    });
    const refused = await room.campaigns.create(bad, officer);
    expect(refused).toMatchObject({ ok: false, error: 'invalid' });
    expect((refused as { detail: { path: string; code: string }[] }).detail.map((m) => `${m.path} ${m.code}`)).toEqual([
      '/segmentId wrong_subject',
      '/groupSegmentId unknown_segment',
      '/assignment/tricks/0 unknown_trick',
      '/channels/0/gateways/1 unknown_gateway',
      '/cadence/at never_occurs',
    ]);
    expect((await room.campaigns.list({ scope: officer.scope, limit: 10 })).items).toEqual([]);
  });

  it('does not submit a segment that selects nobody', async () => {
    const { id } = value(await room.campaigns.create(definition({ segmentId: 'NOBODY' }), officer));
    expect(await room.campaigns.submit(id, officer, { targeted: 0 })).toMatchObject({
      error: 'invalid',
      detail: [{ path: '/segmentId', code: 'matches_nobody' }],
    });
    const event = value(
      await room.campaigns.create(
        definition({ segmentId: 'NOBODY', cadence: { kind: 'event', event: 'arrival' } }),
        officer,
      ),
    );
    expect(value(await room.campaigns.submit(event.id, officer, { targeted: 0 })).status).toBe('inReview');
  });

  describe('nobody approves their own work', () => {
    it('by making, editing or submitting it', async () => {
      const { id } = value(await room.campaigns.create(definition(), officer));
      value(await change(id, { priority: 3 }, approver));
      value(await change(id, { priority: 4 }, other));
      value(await room.campaigns.submit(id, { ...officer, id: 'CLERK' }, { targeted: 100 }));
      for (const by of [officer, approver, other, { ...officer, id: 'CLERK' }]) {
        expect(await room.approvals.approve(id, by, { targeted: 100 })).toMatchObject({ error: 'ownCampaign' });
      }
      expect(value(await room.approvals.approve(id, { ...approver, id: 'SECOND' }, { targeted: 100 })).status).toBe(
        'approved',
      );
    });

    it('also after it was returned and submitted by somebody else', async () => {
      const { id } = value(await room.campaigns.create(definition(), officer));
      value(await room.campaigns.submit(id, approver, { targeted: 100 }));
      value(await room.approvals.return(id, other, 'smaller, please'));
      value(await room.campaigns.submit(id, officer, { targeted: 100 }));
      expect(await room.approvals.approve(id, approver, { targeted: 100 })).toMatchObject({ error: 'ownCampaign' });
    });
  });

  it('holds the approver to the number of the pre-flight', async () => {
    const { id } = value(await room.campaigns.create(definition(), officer));
    value(await room.campaigns.submit(id, officer, { targeted: 1000 }));
    expect(await room.approvals.approve(id, approver, {})).toMatchObject({ error: 'targetedRequired' });
    expect(await room.approvals.approve(id, approver, { targeted: 1101 })).toMatchObject({
      error: 'magnitudeMismatch',
    });
    expect(await room.approvals.approve(id, approver, { targeted: 100 })).toMatchObject({ error: 'magnitudeMismatch' });
    expect(value(await room.approvals.approve(id, approver, { targeted: 1100 })).status).toBe('approved');
  });

  it('needs an approver with the right for a sensitive segment', async () => {
    const { id } = value(await room.campaigns.create(definition({ segmentId: 'FOCUS' }), officer));
    value(await room.campaigns.submit(id, officer, { targeted: 30 }));
    expect(await room.approvals.approve(id, approver, { targeted: 30 })).toMatchObject({
      error: 'needsSensitiveRight',
    });
    expect(
      value(await room.approvals.approve(id, { ...approver, mayReadSensitive: true }, { targeted: 30 })).status,
    ).toBe('approved');
  });

  it('does not approve what is no longer what was submitted', async () => {
    const { id } = value(await room.campaigns.create(definition(), officer));
    value(await room.campaigns.submit(id, officer, { targeted: 100 }));
    await held.database.execute(
      `UPDATE campaign_versions SET definition = REPLACE(definition, 'LOCALS', 'FOCUSX') WHERE campaignId = ?`,
      [id],
    );
    expect(await room.approvals.approve(id, approver, { targeted: 100 })).toMatchObject({ error: 'altered' });
  });

  it('returns with a remark and is edited in place', async () => {
    const { id } = value(await room.campaigns.create(definition(), officer));
    value(await room.campaigns.submit(id, officer, { targeted: 100 }));
    expect(await change(id, { name: 'x' })).toMatchObject({ error: 'illegalMove', detail: { status: 'inReview' } });
    expect(await room.approvals.return(id, approver, ' ')).toMatchObject({ error: 'remarkRequired' });
    expect(value(await room.approvals.return(id, approver, 'shorter name')).status).toBe('draft');
    expect(value(await change(id, { name: 'x' }))).toMatchObject({ name: 'x', latestVersion: 1, status: 'draft' });
  });

  it('refuses moves that the table does not have, naming the state', async () => {
    const { id } = value(await room.campaigns.create(definition(), officer));
    const illegal = { error: 'illegalMove', detail: { status: 'draft' } };
    expect(await room.approvals.approve(id, approver, { targeted: 1 })).toMatchObject(illegal);
    expect(await room.lifecycle.activate(id, officer)).toMatchObject(illegal);
    expect(await room.lifecycle.pause(id, officer)).toMatchObject(illegal);
    expect(await room.lifecycle.resume(id, officer)).toMatchObject(illegal);
    expect(value(await room.lifecycle.cancel(id, officer)).status).toBe('cancelled');
    expect(await change(id, { name: 'x' })).toMatchObject({ error: 'illegalMove', detail: { status: 'cancelled' } });
    expect(await room.campaigns.submit(id, officer, { targeted: 1 })).toMatchObject({
      error: 'illegalMove',
      detail: { status: 'cancelled' },
    });
  });

  it('runs version n until version n+1 is approved', async () => {
    const { id } = await room.active();
    const changed = value(await change(id, { name: '晚间', cadence: { kind: 'daily', at: '18:00' } }));
    expect(changed).toMatchObject({
      status: 'active',
      latestVersion: 2,
      approvedVersion: 1,
      name: '本地居民日@',
      nextRunAt: Date.parse('2026-12-02T09:00:00+08:00'),
    });
    expect(await room.campaigns.view(changed)).toMatchObject({
      version: 1,
      name: '本地居民日@',
      draft: { version: 2, status: 'draft', definition: { name: '晚间' } },
    });
    value(await change(id, { priority: 5 }));
    expect(value(await room.campaigns.submit(id, officer, { targeted: 100 })).status).toBe('active');
    expect(await change(id, { priority: 6 })).toMatchObject({ error: 'illegalMove', detail: { status: 'inReview' } });

    room.at('2026-12-02T09:00:00+08:00');
    const [first] = (await room.clockwork.tick()).runs;
    expect((await room.runs.find(first!))!.version).toBe(1);

    room.at('2026-12-03T09:00:00.400+08:00');
    expect(await room.approvals.approve(id, officer, { targeted: 100 })).toMatchObject({ error: 'ownCampaign' });
    const replaced = value(await room.approvals.approve(id, approver, { targeted: 100 }));
    expect(replaced).toMatchObject({
      status: 'active',
      approvedVersion: 2,
      name: '晚间',
      nextRunAt: Date.parse('2026-12-03T18:00:00+08:00'),
    });
    // What fell due 400 ms before under version 1 has its run of version 1.
    expect((await room.runs.toPlan()).map((r) => r.version)).toEqual([1, 1]);
    room.at('2026-12-03T18:00:01+08:00');
    await room.clockwork.tick();
    expect((await room.runs.toPlan()).map((r) => r.version)).toEqual([1, 1, 2]);
    expect((await room.campaigns.view(replaced)).draft).toBeNull();
  });

  it('keeps a township to its own campaigns and segments', async () => {
    const county = value(await room.campaigns.create(definition(), officer));
    const mine = value(await room.campaigns.create(definition(), caiyuan));
    expect(mine.township).toBe('330922100');
    expect(await room.campaigns.find(county.id, caiyuan.scope)).toBeNull();
    expect(await change(county.id, { name: 'x' }, caiyuan)).toMatchObject({ error: 'notFound' });
    expect(await room.lifecycle.cancel(county.id, caiyuan)).toMatchObject({ error: 'notFound' });
    expect((await room.campaigns.list({ scope: caiyuan.scope, limit: 10 })).items.map((c) => c.id)).toEqual([mine.id]);
    expect(await room.campaigns.create(definition({ segmentId: 'SHENGSHAN' }), caiyuan)).toMatchObject({
      error: 'invalid',
      detail: [{ code: 'unknown_segment' }],
    });
    // Nor may the county give it another township's people.
    expect(await change(mine.id, { segmentId: 'SHENGSHAN' })).toMatchObject({
      error: 'invalid',
      detail: [{ code: 'unknown_segment' }],
    });
  });

  it('pauses with its runs, says what passed meanwhile, and goes on with what is to come', async () => {
    const { id } = await room.active();
    room.at('2026-12-02T09:00:00+08:00');
    const [run] = (await room.clockwork.tick()).runs;
    room.at('2026-12-02T09:00:10+08:00');
    expect(value(await room.lifecycle.pause(id, officer))).toMatchObject({ status: 'paused', nextRunAt: null });
    expect((await room.runs.find(run!))!.status).toBe('paused');
    expect(await room.runs.claimPlan(run!, 'w', 1000)).toBe(false);
    room.at('2026-12-05T10:00:00+08:00');
    expect((await room.clockwork.tick()).runs).toEqual([]);
    const campaign = value(await room.lifecycle.resume(id, officer));
    expect(campaign).toMatchObject({
      status: 'active',
      nextRunAt: Date.parse('2026-12-06T09:00:00+08:00'),
      activatedAt: Date.parse(NOON),
    });
    expect((await room.runs.find(run!))!.status).toBe('planning');
    const rows = await room.tide.occurrences(
      campaign,
      Date.parse('2026-12-01T00:00:00+08:00'),
      Date.parse('2026-12-07T00:00:00+08:00'),
    );
    expect(rows.map((r) => [new Date(r.at).getUTCDate(), r.status, r.reason])).toEqual([
      [2, 'due', null],
      [3, 'skipped', 'paused'],
      [4, 'skipped', 'paused'],
      [5, 'skipped', 'paused'],
      [6, 'due', null],
    ]);
  });

  it('leaves a run paused that somebody paused by itself', async () => {
    const { id } = await room.active();
    room.at('2026-12-02T09:00:00+08:00');
    const [run] = (await room.clockwork.tick()).runs;
    value(await room.control.pause(run!, officer));
    value(await room.lifecycle.pause(id, officer));
    value(await room.lifecycle.resume(id, officer));
    expect((await room.runs.find(run!))!.status).toBe('paused');
    expect(value(await room.control.resume(run!, officer)).status).toBe('planning');
  });

  it('cancels with its runs', async () => {
    const { id } = await room.active();
    room.at('2026-12-02T09:00:00+08:00');
    const [run] = (await room.clockwork.tick()).runs;
    value(await room.lifecycle.cancel(id, officer, 'wrong people'));
    expect((await room.runs.find(run!))!.status).toBe('cancelled');
    expect(await room.clockwork.nextDueAt()).toBeNull();
  });

  it('does not activate what cannot occur any more', async () => {
    const { id } = await room.approved({ cadence: { kind: 'once', at: '2026-12-01T13:00:00+08:00' } });
    room.at('2026-12-01T13:00:01+08:00');
    expect(await room.lifecycle.activate(id, officer)).toMatchObject({ error: 'neverOccurs' });
  });

  it('starts a run by hand, and wants a reason for a repeat', async () => {
    const draft = await room.approved();
    // A test to one's own phone is no run of anybody's: it does not make the next one a repeat, nor does it need approval.
    const untouched = value(await room.campaigns.create(definition(), officer));
    await held.database.transaction(() => room.runs.startTest(untouched.id, 1, officer));
    expect(await room.control.runNow(draft.id, officer)).toMatchObject({
      error: 'notActive',
      detail: { status: 'approved' },
    });
    const { id } = value(await room.lifecycle.activate(draft.id, officer));
    const { runId } = value(await room.control.runNow(id, officer));
    expect(await room.runs.find(runId)).toMatchObject({
      kind: 'manual',
      status: 'planning',
      startedBy: 'OFFICER',
      day: 20261201,
    });
    expect(await room.control.runNow(id, officer)).toMatchObject({ error: 'repeatNeedsReason' });
    expect(await room.control.runNow(id, officer, ' ')).toMatchObject({ error: 'repeatNeedsReason' });
    const again = value(await room.control.runNow(id, officer, 'the first one was cut off'));
    expect((await room.runs.find(again.runId))!.reason).toBe('the first one was cut off');
    // Another campaign that sends the same to the same people is a repeat too; another content is none.
    const twin = await room.active({ name: 'twin' });
    expect(await room.control.runNow(twin.id, officer)).toMatchObject({ error: 'repeatNeedsReason' });
    const fixed = await room.active({ assignment: { policy: 'fixed', tricks: ['trick-a'] } });
    expect((await room.control.runNow(fixed.id, officer)).ok).toBe(true);
    expect(await room.control.runNow(id, caiyuan, 'x')).toMatchObject({ error: 'notFound' });
  });

  it('lets the clock run the same again without a reason, for it was approved so', async () => {
    const { id } = await room.active();
    value(await room.control.runNow(id, officer));
    room.at('2026-12-02T09:00:00+08:00');
    expect((await room.clockwork.tick()).runs).toHaveLength(1);
    expect(await room.control.runNow(id, officer)).toMatchObject({ error: 'repeatNeedsReason' });
  });

  it('takes for a repeat what was sent within a day, however long before it was due', async () => {
    const { id } = await room.active({ cadence: { kind: 'weekly', days: [3], at: '09:00' } });
    room.at('2026-12-05T09:00:00+08:00');
    expect((await room.clockwork.tick()).runs).toHaveLength(1);
    room.at('2026-12-05T10:00:00+08:00');
    expect(await room.control.runNow(id, officer)).toMatchObject({ error: 'repeatNeedsReason' });
    room.at('2026-12-06T09:00:01+08:00');
    expect((await room.control.runNow(id, officer)).ok).toBe(true);
  });

  it('shows what a version changes of the one that was approved before it', async () => {
    const { id } = await room.active();
    value(await change(id, { priority: 5, cadence: { kind: 'daily', at: '10:00' } }));
    const view = async () => room.campaigns.view((await room.campaigns.find(id, officer.scope))!);
    const changes = [
      { field: 'cadence', before: { kind: 'daily', at: '09:00' }, after: { kind: 'daily', at: '10:00' } },
      { field: 'priority', before: null, after: 5 },
    ];
    expect(await view()).toMatchObject({ review: { changes: [] }, draft: { version: 2, changes } });
    value(await room.campaigns.submit(id, officer, { targeted: 100 }));
    value(await room.approvals.approve(id, approver, { targeted: 100 }));
    expect(await view()).toMatchObject({ version: 2, review: { changes }, draft: null });
  });

  it('shows what people would read otherwise, and whom a changed rule would select', async () => {
    const { id } = await room.active();
    const seen = async () => room.campaigns.viewInFull((await room.campaigns.find(id, officer.scope))!);
    value(await change(id, { priority: 5 }));
    expect(await seen()).toMatchObject({
      review: { wordings: [], segments: [] },
      draft: { wordings: [], segments: [] },
    });
    room.at('2026-12-03T12:00:00+08:00');
    room.library.approved.push({ from: room.clock.now(), body: '接到这种电话请挂断，拿不准打96110。' });
    room.segments.known.set('LOCALS', { ...room.segments.known.get('LOCALS')!, version: 2 });
    const difference = {
      wordings: [
        {
          channel: 'sms',
          trick: 'trick-a',
          audience: null,
          language: 'zh',
          before: [{ title: null, body: '接到这种电话请挂断。' }],
          after: [{ title: null, body: '接到这种电话请挂断，拿不准打96110。' }],
        },
      ],
      segments: [{ field: 'segmentId', before: { version: 1, rule: 'LOCALS' }, after: { version: 2 } }],
    };
    expect(await seen()).toMatchObject({ draft: difference });
    value(await room.campaigns.submit(id, officer, { targeted: 100 }));
    value(await room.approvals.approve(id, approver, { targeted: 100 }));
    // What was approved keeps its difference, whatever comes after it.
    room.library.approved.push({ from: room.clock.now() + 1, body: '又一版。' });
    room.segments.known.set('LOCALS', { ...room.segments.known.get('LOCALS')!, version: 3 });
    expect(await seen()).toMatchObject({ version: 2, review: difference, draft: null });
  });

  it('keeps neither the rule nor the name of a sensitive segment with a submission', async () => {
    const { id } = value(await room.campaigns.create(definition({ segmentId: 'FOCUS' }), officer));
    value(await room.campaigns.submit(id, officer, { targeted: 30 }));
    const { preflight } = (await room.store.version(id, 1))!;
    expect(preflight!.segments).toEqual([
      { field: 'segmentId', id: 'FOCUS', name: '重点提醒', version: 1, rule: null },
    ]);
  });

  it('suspends a campaign two weeks after its approval ran out, until it is approved anew', async () => {
    const { id } = await room.active({ approvalValidFor: 'P30D' });
    const statusOn = async (day: string) => {
      room.at(`${day}T12:00:00+08:00`);
      await room.watch.look();
      return (await room.campaigns.find(id, officer.scope))!;
    };
    expect(await statusOn('2026-12-31')).toMatchObject({ status: 'active' });
    expect(await statusOn('2027-01-13')).toMatchObject({ status: 'active', pausedReason: null });
    const daily = (await room.alarms.open()).find((a) => a.kind === 'approval_expired');
    expect(daily).toMatchObject({ subject: `campaign/${id}`, times: 2 });
    const suspended = await statusOn('2027-01-14');
    expect(suspended).toMatchObject({ status: 'paused', pausedReason: 'approval_expired: 2026-12-31' });
    expect(room.ledger.entries.at(-1)).toMatchObject({ action: 'campaign.suspend', by: { name: 'clock' } });
    expect(await room.lifecycle.resume(id, officer)).toMatchObject({ error: 'approvalExpired' });
    value(await change(id, {}));
    value(await room.campaigns.submit(id, officer, { targeted: 100 }));
    value(await room.approvals.approve(id, approver, { targeted: 100 }));
    expect(value(await room.lifecycle.resume(id, officer))).toMatchObject({ status: 'active', pausedReason: null });
    await statusOn('2027-01-15');
    expect((await room.alarms.open()).filter((a) => a.kind.startsWith('approval'))).toEqual([]);
  });

  it('says which campaigns use a segment', async () => {
    const { id } = await room.active();
    value(await change(id, { segmentId: 'FOCUS' }));
    const ended = value(await room.campaigns.create(definition(), officer));
    value(await room.lifecycle.cancel(ended.id, officer));
    expect(await room.store.using('LOCALS')).toEqual([id]);
    expect(await room.store.using('FOCUS')).toEqual([id]);
    expect(await room.store.using('CHATS')).toEqual([]);
  });
});
