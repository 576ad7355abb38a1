/** People, an approved campaign over all of them, and its run: what every figure of sending begins with. */
import { measured } from '../frame/measure.mjs';

const KINDS = ['local', 'local', 'local', 'migrant', 'special'];
const TAGS = [[], [], ['elderly'], ['student'], ['business_owner', 'parent']];
export const MORNING = Date.parse('2026-11-02T08:00:00+08:00');
export const DUE = Date.parse('2026-11-02T10:00:00+08:00');

/** One of fifty is a landline, which no SMS reaches: skips are part of every plan. */
const person = (i) => ({
  externalId: `B${i}`,
  name: '某人',
  phone: i % 50 === 49 ? `0580${String(2_000_000 + i)}` : `13${String(100_000_000 + i)}`,
  township: i % 2 === 0 ? '菜园镇' : '嵊山镇',
  birthDate: `19${50 + (i % 50)}-01-01`,
  populations: [{ kind: KINDS[i % 5] }],
  tags: TAGS[i % 5],
});

/** The gateways of the figures, at a simulator. */
export const gatewaysAt = (url) => `campaigns:
  defaultWindows: { sms: [{ from: '00:00', to: '24:00' }], voice: [{ from: '00:00', to: '24:00' }] }
gateways:
  - key: mas
    adapter: cloud-mas
    settings: { baseUrl: '${url}/cloud-mas', ecName: 示例县公安局, apId: anti-fraud, secretKey: simulator-secret, sign: abcdef, addSerial: '' }
    signature: 【示例公安】
    costPerPart: 0.035
    simulator: true
  - key: voice
    adapter: aliyun-voice
    settings: { baseUrl: '${url}/aliyun-voice', accessKeyId: demoAk, accessKeySecret: simulator-secret, calledShowNumber: '05800000000', ttsCode: TTS_100000001, signature: pop }
    limits: { concurrent: 64 }
    costPerPart: 0.08
    simulator: true
`;

/** An active campaign of SMS, calls or the like over whom `rule` selects, approved by a second person. */
export async function activeCampaign(house, { name, rule, channel, cadence, load }) {
  const { COUNTY } = await load('accounts/index.js');
  const { Segments } = await load('audience/index.js');
  const { Approvals, Campaigns, Lifecycle, campaignSchema } = await load('campaigns/index.js');
  const { Preflights } = await load('dispatch/index.js');
  const officer = { id: 'OFFICER', name: 'officer', role: 'officer', scope: COUNTY, mayReadSensitive: false };
  const segment = await house.get(Segments).create({ name, of: 'people', rule }, officer);
  const definition = campaignSchema.parse({
    name,
    segmentId: segment.value.id,
    channels: [{ channel }],
    assignment: { policy: 'rotate', by: 'person' },
    cadence,
  });
  const campaign = (await house.get(Campaigns).create(definition, officer)).value;
  const kept = await house.get(Preflights).forSubmission(campaign.id, officer);
  await house.get(Campaigns).submit(campaign.id, officer, { ...kept.value });
  const approver = { ...officer, id: 'APPROVER', name: 'approver', role: 'approver' };
  await house.get(Approvals).approve(campaign.id, approver, { targeted: kept.value.targeted });
  await house.get(Lifecycle).activate(campaign.id, officer);
  return campaign.id;
}

/** Brings `size` people in and an approved campaign on `channel` for all of them, due at DUE. */
export async function campaignOver(house, { size, channel, load }) {
  const { COUNTY } = await load('accounts/index.js');
  const { People } = await load('audience/index.js');
  const by = { id: 'OFFICER', name: 'officer' };
  for (let i = 0; i < size; i += 5000) {
    const part = Array.from({ length: Math.min(5000, size - i) }, (_, j) => person(i + j));
    await house.get(People).upsert(part, { by, scope: COUNTY });
  }
  const rule = { combinator: 'and', rules: [] };
  const cadence = { kind: 'daily', at: '10:00' };
  return activeCampaign(house, { name: '全县', rule, channel, cadence, load });
}

/** The run of the day, planned; answers it with what the planning took. */
export async function planned(house, { load }) {
  const { Clockwork, Runs } = await load('campaigns/index.js');
  const { COUNTY } = await load('accounts/index.js');
  const { DispatchLoop } = await load('dispatch/index.js');
  house.clock.set(DUE);
  await house.get(Clockwork).tick();
  const told = await measured(() => house.get(DispatchLoop).parts.planner.work());
  const run = (await house.get(Runs).list({ scope: COUNTY, limit: 1 })).items[0];
  return { run, ...told };
}

/** The counts of a run as its officer sees them. */
export async function countsOf(house, run, { load }) {
  const { RunViews } = await load('dispatch/index.js');
  return (await house.get(RunViews).view(run)).counts;
}

/** Lets the workers send until nothing of the run is pending. */
export async function sent(house, run, { load }) {
  const { DispatchLoop } = await load('dispatch/index.js');
  const { Database } = await load('platform/index.js');
  const loop = house.get(DispatchLoop);
  const told = await measured(async () => {
    await loop.start();
    for (;;) {
      const open = await house
        .get(Database)
        .one("SELECT 1 AS n FROM batches WHERE runId = ? AND status <> 'done' LIMIT 1", [run.id]);
      if (!open) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await loop.beforeApplicationShutdown();
  return told;
}
