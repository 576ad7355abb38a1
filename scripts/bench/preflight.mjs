/** The pre-flight of a campaign over the whole county, and that the plan which follows targets exactly the same people. */
import { measured } from './frame/measure.mjs';

export const about = 'the pre-flight of a campaign over everybody';
export const databases = ['sqlite', 'mariadb'];
export const size = 80_000;

const SECONDS = 5;
const KINDS = ['local', 'local', 'local', 'migrant', 'special'];
const TAGS = [[], [], ['elderly'], ['student'], ['business_owner', 'parent']];
const GATEWAYS = `gateways:
  - key: mas
    adapter: cloud-mas
    settings: { baseUrl: 'http://127.0.0.1:4010/cloud-mas', ecName: 示例县公安局, apId: anti-fraud, secretKey: simulator-secret, sign: abcdef, addSerial: '' }
    signature: 【示例公安】
    limits: { perSecond: 20 }
    costPerPart: 0.035
    simulator: true
`;

const person = (i) => ({
  externalId: `B${i}`,
  name: '某人',
  phone: `139${String(10_000_000 + i)}`,
  township: i % 2 === 0 ? '菜园镇' : '嵊山镇',
  birthDate: `19${50 + (i % 50)}-01-01`,
  populations: [{ kind: KINDS[i % 5] }],
  tags: TAGS[i % 5],
});

/** Approves and starts the campaign, and plans its run; the counts of that run. */
async function planned(campaign, targeted, { house, officer, approver, scope, load }) {
  const { Approvals, Campaigns, Clockwork, Lifecycle, Runs } = await load('campaigns/index.js');
  const { DispatchLoop, Preflights, RunViews } = await load('dispatch/index.js');
  const kept = await house.get(Preflights).forSubmission(campaign.id, officer);
  await house.get(Campaigns).submit(campaign.id, officer, { ...kept.value });
  await house.get(Approvals).approve(campaign.id, approver, { targeted });
  await house.get(Lifecycle).activate(campaign.id, officer);
  house.clock.set(Date.parse('2026-11-02T09:00:00+08:00'));
  await house.get(Clockwork).tick();
  const { seconds } = await measured(() => house.get(DispatchLoop).parts.planner.work());
  const [run] = (await house.get(Runs).list({ scope, limit: 1 })).items;
  return { seconds, counts: (await house.get(RunViews).view(run)).counts };
}

export async function measure({ size: people, isOwnSize, figure, load, house: open }) {
  const { COUNTY } = await load('accounts/index.js');
  const { People, Segments } = await load('audience/index.js');
  const { Campaigns, campaignSchema } = await load('campaigns/index.js');
  const { Preflights } = await load('dispatch/index.js');
  const house = await open({ yaml: GATEWAYS, clock: Date.parse('2026-11-02T08:00:00+08:00') });
  try {
    const officer = { id: 'OFFICER', name: 'officer', role: 'officer', scope: COUNTY, mayReadSensitive: false };
    const approver = { ...officer, id: 'APPROVER', name: 'approver', role: 'approver' };
    for (let i = 0; i < people; i += 5000) {
      const part = Array.from({ length: Math.min(5000, people - i) }, (_, j) => person(i + j));
      await house.get(People).upsert(part, { by: officer, scope: COUNTY });
    }
    const everybody = { name: '全县', of: 'people', rule: { combinator: 'and', rules: [] } };
    const segment = await house.get(Segments).create(everybody, officer);
    const goal = isOwnSize ? { atMost: SECONDS } : {};
    for (const assignment of [{ policy: 'riskMatrix' }, { policy: 'rotate', by: 'person' }]) {
      const definition = campaignSchema.parse({
        name: `全县 ${assignment.policy}`,
        segmentId: segment.value.id,
        channels: [{ channel: 'sms' }],
        assignment,
        cadence: { kind: 'daily', at: '09:00' },
      });
      const campaign = (await house.get(Campaigns).create(definition, officer)).value;
      const { result, seconds, cpu } = await measured(() => house.get(Preflights).of(campaign.id, officer, {}));
      const told = result.value;
      const what = { value: seconds, unit: 's', ...goal, cpu: (cpu * 1e6) / people };
      figure({ name: `pre-flight of ${people.toLocaleString('en')}, ${assignment.policy}`, ...what });
      if (assignment.policy !== 'rotate') continue;
      const plan = await planned(campaign, told.targeted, { house, officer, approver, scope: COUNTY, load });
      figure({ name: 'the plan of the same, written', value: plan.seconds, unit: 's' });
      const differs = Math.abs(plan.counts.targeted - told.targeted) + Math.abs(plan.counts.planned - told.planned);
      figure({ name: 'people whom the plan treats otherwise', value: differs, unit: 'people', atMost: 0 });
    }
  } finally {
    await house.close();
  }
}
