import { DAY, dayOfMonth, isoText, midnight, minuteText } from '../island/county-time.mjs';
import { printExamples, printProof, printReach, printSends, printTide, printTricks } from './print.mjs';
import { proveAgainst } from './proof.mjs';
import { grouped, say } from './steps.mjs';

const ADDITIVE = [
  'targeted',
  'planned',
  'pending',
  'sent',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
  'delivered',
  'undelivered',
  'awaiting',
];

/**
 * Asks the product for the month as its auditor, prints it, and proves it. Answers what does not hold; empty where all does.
 *
 * @param {{ product: import('./product.mjs').Product, simulator: import('./simulator.mjs').Simulator,
 *   auditor: import('./api.mjs').Api, campaigns: Awaited<ReturnType<import('./campaigns.mjs').launchCampaigns>>,
 *   month: import('./month.mjs').Month }} parts
 * @returns {Promise<string[]>}
 */
export async function showMonth({ product, simulator, auditor, campaigns, month }) {
  const period = { from: isoText(month.start), to: isoText(midnight(month.end) + DAY) };
  say(`\n${minuteText(month.start)} – ${minuteText(month.end)}, as the auditor reads it`);
  const sends = await auditor.get('/reports/sends', { ...period, groupBy: 'campaign,channel' });
  printSends(sends, campaigns);
  printReach(await auditor.get('/reports/reach', { ...period, groupBy: 'population' }));
  const runs = await auditor.all('/runs', { limit: 100 });
  const tide = await tideLines({ auditor, campaigns, month, sends, runs });
  printTide(tide, (await auditor.get('/tide', period)).punctuality);
  printTricks(await auditor.get('/reports/trick-coverage', period));
  printExamples(await examples(auditor, period));
  const byGateway = await auditor.get('/reports/sends', { ...period, groupBy: 'gateway' });
  const proof = await proveAgainst(product, simulator, byGateway.rows);
  printProof(proof);
  const ledger = await auditor.get('/audit/verify');
  say(
    `  ${ledger.valid ? '✓' : '✗'} 台账 ledger: ${grouped(ledger.entries)} entries in one chain, ${ledger.checkpoints} days with a root of their own`,
  );
  const broken = [
    ...sums(product, sends, runs),
    ...(await counters(product)),
    ...tide.filter(({ holds }) => !holds).map((l) => `${l.label}: ${l.actual} occurrences, expected ${l.expected}`),
    ...(proof.holds ? [] : ['the simulator counts otherwise than the product']),
    ...(ledger.valid ? [] : [`the ledger does not hold: ${JSON.stringify(ledger.firstBad)}`]),
    ...(month.tally.lost > 0 ? [`${month.tally.lost} receipts were given up by the simulator`] : []),
  ];
  say();
  if (broken.length === 0) {
    say(
      `Sums hold: ${sends.rows.length} rows, ${grouped(runs.length)} runs and the totals (targeted = skipped + planned; planned = pending + sent + failed + ` +
        'uncertain + cancelled + expired; sent = delivered + undelivered + awaiting); counters = deliveries; product = simulator.',
    );
  } else say(`Sums do NOT hold:\n${broken.map((one) => `  ✗ ${one}`).join('\n')}`);
  return broken;
}

/** The laws of the counts in every row and every run, and that rows and runs add up to the totals. */
function sums({ built }, { rows, totals }, runs) {
  const { checkSums } = built.dispatch;
  const broken = [...rows, totals].flatMap(checkSums);
  for (const run of runs) broken.push(...checkSums(run.counts).map((law) => `run ${run.id}: ${law}`));
  for (const name of ADDITIVE) {
    const ofRows = rows.reduce((sum, row) => sum + row[name], 0);
    const ofRuns = runs.reduce((sum, run) => sum + run.counts[name], 0);
    if (ofRows !== totals[name]) broken.push(`${name}: the rows add up to ${ofRows}, the total says ${totals[name]}`);
    if (ofRuns !== totals[name]) broken.push(`${name}: the runs add up to ${ofRuns}, the total says ${totals[name]}`);
  }
  return broken;
}

async function counters({ built, get }) {
  const differences = await get(built.dispatch.CounterRebuild).differences();
  return differences.slice(0, 5).map((one) => `counters differ from the deliveries: ${one}`);
}

const minutesAfter = (day, at) => {
  const [hour, minute] = at.split(':').map(Number);
  return day + (hour * 60 + minute) * 60_000;
};

/** How often a cadence should have occurred in the month, counted on a calendar of our own. */
function expectedOccurrences(cadence, { start, end }) {
  let n = 0;
  for (let day = midnight(start); day <= end; day += DAY) {
    const at = minutesAfter(day, cadence.at);
    if (at >= start && at <= end && (cadence.kind === 'daily' || dayOfMonth(day) === cadence.day)) n += 1;
  }
  return n;
}

async function tideLines({ auditor, campaigns, month, sends, runs }) {
  const lines = [];
  for (const { id, label, cadence } of campaigns) {
    if (cadence.kind === 'event') {
      const told = month.tally[`${cadence.event}s`];
      const row = sends.rows.find((r) => r.campaign === id);
      const targeted = row?.targeted ?? 0;
      const occurrences = runs.filter((run) => run.campaignId === id).length;
      lines.push({
        label,
        cadence: `${cadence.event} + ${cadence.delay}`,
        expected: `${grouped(told)} events`,
        actual: `${grouped(targeted)} targeted in ${occurrences} runs`,
        holds: told === targeted,
      });
      continue;
    }
    const span = { from: isoText(month.start), to: isoText(month.end + 1000) };
    // One whose ladder still waits is running; what was skipped or missed has no run.
    const happened = (await auditor.get(`/campaigns/${id}/occurrences`, span)).filter(
      ({ runId, startedAt }) => runId !== null && startedAt !== null,
    );
    const expected = expectedOccurrences(cadence, month);
    lines.push({
      label,
      cadence: cadence.kind === 'daily' ? `daily ${cadence.at}` : `monthly ${cadence.day}. ${cadence.at}`,
      expected: String(expected),
      actual: String(happened.length),
      holds: happened.length === expected,
    });
  }
  return lines;
}

/**
 * One of each kind that has been delivered: a post in a group, a text to somebody who arrived, a call to somebody special;
 * of the last two one whose wording was chosen for what they are, where there is one.
 */
async function examples(auditor, period) {
  const wanted = [
    { channel: 'chat' },
    { channel: 'sms', population: 'arrival' },
    { channel: 'voice', population: 'special' },
  ];
  const found = await Promise.all(
    wanted.map(async (cut) => {
      const { items } = await auditor.get('/deliveries', { ...period, ...cut, status: 'delivered', limit: 50 });
      return items.find(({ why }) => !/^(通用|重点提醒)/.test(why)) ?? items[0];
    }),
  );
  return found.filter(Boolean);
}
