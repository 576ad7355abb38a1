/**
 * `node scripts/bench/preflight.mjs [people]`: how long the pre-flight of a campaign over that many people (80,000) takes, on an
 * SQLite file of its own, and that the plan which follows targets exactly the same people. Needs a build.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const { startApp } = await load('app.js');
const platform = await load('platform/index.js');
const { COUNTY } = await load('accounts/index.js');
const { People, Segments } = await load('audience/index.js');
const { Approvals, Campaigns, Clockwork, Lifecycle, Runs, campaignSchema } = await load('campaigns/index.js');
const { DispatchLoop, Preflights, RunViews } = await load('dispatch/index.js');

const size = Number(process.argv[2] ?? 80_000);
const folder = mkdtempSync(join(tmpdir(), 'tidecall-bench-'));
const yaml = join(folder, 'config.yaml');
writeFileSync(
  yaml,
  `office: { name: 示例县公安局, callerName: 示例县反诈中心, hotline: '96110' }
townships: [{ code: '330922100', name: 菜园镇 }, { code: '330922101', name: 嵊山镇 }]
synthetic: true
gateways:
  - key: mas
    adapter: cloud-mas
    settings: { baseUrl: 'http://127.0.0.1:4010/cloud-mas', ecName: 示例县公安局, apId: anti-fraud, secretKey: simulator-secret, sign: abcdef, addSerial: '' }
    signature: 【示例公安】
    limits: { perSecond: 20 }
    costPerPart: 0.035
    simulator: true
`,
);
const config = platform.loadConfig({
  DATABASE_URL: `sqlite:${join(folder, 'bench.db')}`,
  TIDECALL_CONFIG: yaml,
  PORT: '0',
});
const clock = new platform.SteppedClock(Date.parse('2026-11-02T08:00:00+08:00'));
const roles = { api: false, scheduler: false, worker: false };
const running = await startApp({
  config,
  clock,
  roles,
  migrate: true,
  schedules: false,
  logLevels: ['error', 'fatal'],
});
const get = (what) => running.app.get(what, { strict: false });
const timed = async (label, work) => {
  const start = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  console.log(`${label}: ${seconds.toFixed(2)} s (${((user + system) / 1e6).toFixed(2)} s of processor)`);
  return { result, seconds };
};

const KINDS = ['local', 'local', 'local', 'migrant', 'special'];
const TAGS = [[], [], ['elderly'], ['student'], ['business_owner', 'parent']];
const person = (i) => ({
  externalId: `B${i}`,
  name: '某人',
  phone: `139${String(10_000_000 + i)}`,
  township: i % 2 === 0 ? '菜园镇' : '嵊山镇',
  birthDate: `19${50 + (i % 50)}-01-01`,
  populations: [{ kind: KINDS[i % 5] }],
  tags: TAGS[i % 5],
});

let code = 0;
try {
  const officer = { id: 'OFFICER', name: 'officer', role: 'officer', scope: COUNTY, mayReadSensitive: false };
  const approver = { ...officer, id: 'APPROVER', name: 'approver', role: 'approver' };
  await timed(`bringing in ${size} people`, async () => {
    for (let i = 0; i < size; i += 5000) {
      const part = Array.from({ length: Math.min(5000, size - i) }, (_, j) => person(i + j));
      await get(People).upsert(part, { by: officer, scope: COUNTY });
    }
  });
  const segment = await get(Segments).create(
    { name: '全县', of: 'people', rule: { combinator: 'and', rules: [] } },
    officer,
  );
  const definition = (assignment) =>
    campaignSchema.parse({
      name: `全县 ${assignment.policy}`,
      segmentId: segment.value.id,
      channels: [{ channel: 'sms' }],
      assignment,
      cadence: { kind: 'daily', at: '09:00' },
    });
  for (const assignment of [{ policy: 'rotate', by: 'person' }, { policy: 'riskMatrix' }]) {
    const campaign = (await get(Campaigns).create(definition(assignment), officer)).value;
    const label = `pre-flight of ${size} people, ${assignment.policy}`;
    let steps = 0;
    const { result, seconds } = await timed(label, () =>
      get(Preflights).of(campaign.id, officer, { onProgress: () => (steps += 1) }),
    );
    const { targeted, planned, estimate, finishesAt } = result.value;
    console.log(
      `  ${Math.round(size / seconds)} people a second on ${cpus().length} cores; ${steps} steps of progress`,
    );
    console.log(`  targeted ${targeted}, planned ${planned}, cost ${estimate.cost}, the last leaves ${finishesAt}`);
    if (seconds > 5) code = 1;
    if (assignment.policy !== 'rotate') continue;
    const kept = await get(Preflights).forSubmission(campaign.id, officer);
    await get(Campaigns).submit(campaign.id, officer, { ...kept.value });
    await get(Approvals).approve(campaign.id, approver, { targeted });
    await get(Lifecycle).activate(campaign.id, officer);
    clock.set(Date.parse('2026-11-02T09:00:00+08:00'));
    await get(Clockwork).tick();
    const loop = get(DispatchLoop);
    await timed(`  plan of the same`, () => loop.parts.planner.work());
    const run = (await get(Runs).list({ scope: COUNTY, limit: 1 })).items[0];
    const { counts } = await get(RunViews).view(run);
    const same = counts.targeted === targeted && counts.planned === planned;
    console.log(
      `  the plan targets ${counts.targeted}, plans ${counts.planned}: ${same ? 'the same' : 'NOT THE SAME'}`,
    );
    if (!same) code = 1;
    await get(Lifecycle).cancel(campaign.id, officer);
  }
} finally {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);
