/** Assignments with rendering on one core, for each policy, beside the bare rendering of the same texts. */
import { measured } from './frame/measure.mjs';

export const about = 'giving each person of a million a script, on one core';
export const size = 1_000_000;

const SECONDS_A_MILLION = 3;
const MEMORY_MB = 64;
const OCCURRENCE = Date.UTC(2026, 10, 24, 1);
const DAY = 86_400_000;
const POPULATIONS = [['local'], ['migrant'], ['arrival'], ['local', 'special']];
const TAGS = [[], ['student'], ['homestay_owner'], ['elderly', 'parent'], ['business_owner'], [], ['fisherman'], []];
const TOWNSHIPS = ['330922100', '330922101', '330922102', ''];

const policies = [
  ['rotate, by person', { policy: 'rotate' }],
  ['rotate, by occurrence', { policy: 'rotate', by: 'occurrence' }],
  ['fixed', { policy: 'fixed', tricks: ['romance_invest', 'loan_fake_flow'] }],
  ['fixed, at random', { policy: 'fixed', tricks: ['romance_invest', 'loan_fake_flow'], order: 'random' }],
  ['weighted', { policy: 'weighted' }],
  ['riskMatrix', { policy: 'riskMatrix' }],
];

/** The library as shipped, and what the assignment asks of it. */
async function shelfOf(load) {
  const { Shelf } = await load('library/shelf.js');
  const { compileTemplate } = await load('library/template.js');
  const { shippedScripts, shippedTaxonomy } = await load('library/shipped.loader.js');
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
  const texts = scripts.filter((script) => script.channel === 'sms').map((script) => compileTemplate(script.body));
  return { shelf, tricks, texts, types: [...severity.keys()] };
}

/** What people have heard, a year of one a month: as a plan reads it, one map a person. */
const heardOf = (tricks) =>
  Array.from({ length: 997 }, (_, i) => {
    const heard = new Map();
    for (let k = 0; k < i % 13; k += 1)
      heard.set(tricks[(i * 7 + k * 5) % tricks.length].code, OCCURRENCE - (k + 1) * 30 * DAY);
    return heard;
  });

const kept = () => {
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1048576;
};

export async function measure({ size: people, isOwnSize, figure, load }) {
  const { assigner } = await load('library/assignment/assignment.js');
  const { incidentFactors } = await load('library/assignment/weights.js');
  const { renderScript } = await load('library/render.js');
  const { officeVariables } = await load('library/variables.js');
  const { shelf, tricks, texts, types } = await shelfOf(load);
  const office = officeVariables({
    office: { name: '示例县公安局', callerName: '示例县反诈中心', hotline: '96110' },
  });
  const heard = heardOf(tricks);
  const person = (i) => ({
    key: `p${i}`,
    populations: POPULATIONS[i % 4],
    tags: TAGS[i % 8],
    township: TOWNSHIPS[i % 4],
    language: i % 200 === 0 ? 'en' : 'zh',
    heard: heard[i % heard.length],
  });
  const cases = Array.from({ length: 40 }, (_, i) => OCCURRENCE - (i + 1) * DAY);
  const weights = incidentFactors(new Map([['romance', cases]]), types, OCCURRENCE);
  const run = (assignment, count) => {
    const run = { seed: 'bench', occurrence: OCCURRENCE, index: 20_781 };
    const assign = assigner({ assignment, run, shelf, shelfAt: OCCURRENCE, channel: 'sms', month: 11, weights });
    let characters = 0;
    for (let i = 0; i < count; i += 1) {
      const given = assign(person(i));
      characters += renderScript(given.script, office).text.length + given.why.length;
    }
    return characters;
  };
  const bare = (count) => {
    let characters = 0;
    for (let i = 0; i < count; i += 1) characters += texts[i % texts.length].render(office).length;
    return characters;
  };
  // Once for the compiler, so that no policy pays for the first.
  for (const [, assignment] of policies) run(assignment, 1000);
  bare(1000);
  const limit = await measured(() => bare(people));
  const before = kept();
  const million = (seconds) => (seconds * 1e6) / people;
  for (const [name, assignment] of policies) {
    const { cpu, seconds } = await measured(() => run(assignment, people));
    figure({
      name: `a million by ${name}`,
      // One core's time: on a machine that does other things besides, the wall clock measures those.
      value: million(Math.min(cpu, seconds)),
      unit: 's',
      ...(isOwnSize && { atMost: SECONDS_A_MILLION }),
      limit: { is: 'rendering alone', value: million(Math.min(limit.cpu, limit.seconds)) },
    });
  }
  figure({ name: 'memory kept after all of them', value: Math.max(0, kept() - before), unit: 'MB', atMost: MEMORY_MB });
}
