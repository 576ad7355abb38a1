/**
 * `node scripts/bench/assignment.mjs [people]`: how long 1,000,000 assignments with rendering take on one core, for each
 * policy, and what memory they need, beside the limit measured in the same run: the bare rendering of the same texts.
 * Exits 1 where a policy takes more than 3 s for the million, or memory grows with the number of people.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ready, root } from '../ready.mjs';

const PEOPLE = Number(process.argv[2] ?? 1_000_000);
const SECONDS_A_MILLION = 3;
const MEMORY_MB = 64;
const OCCURRENCE = Date.UTC(2026, 10, 24, 1);
const DAY = 86_400_000;

await ready();
const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const { assigner } = await load('library/assignment/assignment.js');
const { incidentFactors } = await load('library/assignment/weights.js');
const { Shelf } = await load('library/shelf.js');
const { renderScript } = await load('library/render.js');
const { compileTemplate } = await load('library/template.js');
const { shippedScripts, shippedTaxonomy } = await load('library/shipped.loader.js');
const { officeVariables } = await load('library/variables.js');

const tricks = shippedTaxonomy.types.flatMap((type) => type.tricks.map((trick) => ({ ...trick, type: type.code })));
const typeOf = new Map(tricks.map((trick) => [trick.code, trick.type]));
const scripts = shippedScripts()
  .flatMap(({ language, scripts: all }) => all.map((script) => ({ ...script, language })))
  .map((script, i) => ({
    ...script,
    versionId: i + 1,
    scriptId: `S${i}`,
    type: typeOf.get(script.trick),
    title: script.title ?? null,
    variables: compileTemplate(script.body).variables,
    digest: `d${i}`,
  }));
const severity = new Map(shippedTaxonomy.types.map((type) => [type.code, type.severity.weight]));
const shelf = new Shelf(tricks, scripts, { severity, groupsOf: shippedTaxonomy });
const office = officeVariables({ office: { name: '示例县公安局', callerName: '示例县反诈中心', hotline: '96110' } });

const POPULATIONS = [['local'], ['migrant'], ['arrival'], ['local', 'special']];
const TAGS = [[], ['student'], ['homestay_owner'], ['elderly', 'parent'], ['business_owner'], [], ['fisherman'], []];
const TOWNSHIPS = ['330922100', '330922101', '330922102', ''];
/** What people have heard, a year of one a month: as a plan reads it, one map a person. */
const HEARD = Array.from({ length: 997 }, (_, i) => {
  const heard = new Map();
  for (let k = 0; k < i % 13; k += 1)
    heard.set(tricks[(i * 7 + k * 5) % tricks.length].code, OCCURRENCE - (k + 1) * 30 * DAY);
  return heard;
});
const person = (i) => ({
  key: `p${i}`,
  populations: POPULATIONS[i % 4],
  tags: TAGS[i % 8],
  township: TOWNSHIPS[i % 4],
  language: i % 200 === 0 ? 'en' : 'zh',
  heard: HEARD[i % HEARD.length],
});

const memory = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1048576;
};

function measured(work) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const result = work();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpu: (user + system) / 1e6, result };
}

function run(assignment) {
  const cases = Array.from({ length: 40 }, (_, i) => OCCURRENCE - (i + 1) * DAY);
  const assign = assigner({
    assignment,
    run: { seed: 'bench', occurrence: OCCURRENCE, index: 20_781 },
    shelf,
    shelfAt: OCCURRENCE,
    channel: 'sms',
    month: 11,
    weights: incidentFactors(new Map([['romance', cases]]), [...severity.keys()], OCCURRENCE),
  });
  let characters = 0;
  let highest = 0;
  for (let i = 0; i < PEOPLE; i += 1) {
    const given = assign(person(i));
    characters += renderScript(given.script, office).text.length + given.why.length;
    if (i % 100_000 === 0) highest = Math.max(highest, process.memoryUsage().heapUsed / 1048576);
  }
  return { characters, highest };
}

/** The limit: the same number of renderings of the same texts and nothing else. */
function bare() {
  const compiled = scripts.filter((script) => script.channel === 'sms').map((script) => compileTemplate(script.body));
  let characters = 0;
  for (let i = 0; i < PEOPLE; i += 1) characters += compiled[i % compiled.length].render(office).length;
  return characters;
}

const policies = [
  ['rotate, by person', { policy: 'rotate' }],
  ['rotate, by occurrence', { policy: 'rotate', by: 'occurrence' }],
  ['fixed', { policy: 'fixed', tricks: ['romance_invest', 'loan_fake_flow'] }],
  ['fixed, at random', { policy: 'fixed', tricks: ['romance_invest', 'loan_fake_flow'], order: 'random' }],
  ['weighted', { policy: 'weighted' }],
  ['riskMatrix', { policy: 'riskMatrix' }],
];

// Once for the compiler, so that no policy pays for the first.
for (const [, assignment] of policies)
  assigner({ assignment, run: { seed: 'w', occurrence: OCCURRENCE, index: 0 }, shelf, channel: 'sms', month: 11 })(
    person(1),
  );
bare();
const limit = measured(bare);
const before = memory();
const row = (name, seconds, cpu, mb) =>
  console.log(
    `${name.padEnd(24)} ${seconds.toFixed(2).padStart(7)} s ${cpu.toFixed(2).padStart(7)} s CPU ${String(Math.round(PEOPLE / seconds)).padStart(10)} /s  ${(seconds / limit.seconds).toFixed(1).padStart(5)} × bare   ${mb}`,
  );
console.log(`${PEOPLE.toLocaleString('en')} assignments with rendering, node ${process.version}, one core`);
row('limit: bare rendering', limit.seconds, limit.cpu, '');
let failed = 0;
for (const [name, assignment] of policies) {
  const { seconds, cpu, result } = measured(() => run(assignment));
  const grown = memory() - before;
  row(name, seconds, cpu, `heap at most ${result.highest.toFixed(0)} MB, ${grown.toFixed(1)} MB kept`);
  // One core's time: on a machine that does other things besides, the wall clock measures those.
  if (Math.min(seconds, cpu) > (SECONDS_A_MILLION * PEOPLE) / 1e6 || (globalThis.gc && grown > MEMORY_MB)) failed += 1;
}
if (failed > 0)
  console.log(`${failed} of ${policies.length} beyond ${SECONDS_A_MILLION} s a million or ${MEMORY_MB} MB kept.`);
process.exit(failed > 0 ? 1 : 0);
