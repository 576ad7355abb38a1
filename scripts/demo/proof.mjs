import { grouped } from './steps.mjs';

/**
 * The independent check: what the gateways say that they were given, message by message, against what the product says that
 * it handed over. The simulator shares no code with the product.
 */

/** The product's gateways by the names under which the simulator keeps them. */
const GATEWAYS = { mas: 'cloud-mas', voice: 'aliyun-voice', zhezhengding: 'dingtalk', wecom: 'wecom' };
const PAGE = 5_000;
/** Runs that reports count. */
const IN_REPORTS = ['scheduled', 'manual', 'event'];
const SENT = ['awaiting', 'delivered', 'undelivered'];

/** What the simulator calls the recipient and the content of a delivery. */
const asGiven = {
  mas: (to, { text }) => [to, text],
  voice: (to, { text }, { settings }) => [
    to,
    `${settings.ttsCode} ${JSON.stringify({ [settings.ttsVariable]: text })}`,
  ],
  zhezhengding: (to, { text }) => [new URL(JSON.parse(to).webhook).searchParams.get('access_token'), text],
  wecom: (to, { text }) => [new URL(JSON.parse(to).webhook).searchParams.get('key'), text],
};

const count = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1);

/**
 * @param {import('./product.mjs').Product} product
 * @param {import('./simulator.mjs').Simulator} simulator
 * @param {{ gateway: string, sent: number }[]} report what the send report says of each gateway; tests and the fixed
 *   answers to cries for help stand in no report, but at the gateway they do
 * @returns {Promise<{ rows: object[], lines: string[], holds: boolean }>}
 */
export async function proveAgainst(product, simulator, report) {
  const stats = await simulator.stats();
  const ours = await handedOver(product);
  const rows = [];
  let [unmatched, checked, forged] = [0, 0, 0];
  for (const [key, name] of Object.entries(GATEWAYS)) {
    const { counted, outside, given } = ours.get(key) ?? { counted: 0, outside: 0, given: new Map() };
    const reported = report.find((row) => row.gateway === key)?.sent ?? 0;
    const theirs = stats[name].recipients;
    rows.push({ key, report: reported, outside, theirs, holds: reported === counted && counted + outside === theirs });
    forged += stats[name].rejectedSignatures;
    for await (const { to, content } of simulator.messages(name)) {
      checked += 1;
      const pair = `${to}\n${content}`;
      const left = (given.get(pair) ?? 0) - 1;
      if (left < 0) unmatched += 1;
      else given.set(pair, left);
    }
    unmatched += [...given.values()].reduce((a, b) => a + b, 0);
  }
  const lines = [
    unmatched === 0
      ? `✓ ${grouped(checked)} messages there are ${grouped(checked)} deliveries here, one for one by recipient and text: none twice, none missing`
      : `✗ ${grouped(unmatched)} messages or deliveries have no counterpart`,
    `${forged === 0 ? '✓' : '✗'} ${forged} signatures were refused`,
  ];
  return { rows, lines, holds: unmatched === 0 && forged === 0 && rows.every((row) => row.holds) };
}

/** Every delivery that a gateway accepted, as the gateway saw it: by gateway, how many, and how often each (recipient, content). */
async function handedOver(product) {
  const { built, get } = product;
  const database = get(built.platform.Database);
  const vault = get(built.platform.Vault);
  const messages = get(built.dispatch.Messages);
  const gateways = get(built.gateways.Gateways);
  const counts = new Map();
  for (let after = 0; ;) {
    const rows = await database.query(
      `SELECT d.id, d.gateway, d.channel, d.address, d.scriptVersionId, d.suffixMonth, d.sentenceId, d.variables, d.status, r.kind
       FROM deliveries d JOIN runs r ON r.id = d.runId WHERE d.id > ? ORDER BY d.id LIMIT ${PAGE}`,
      [after],
    );
    for (const row of rows.filter(({ gateway, status }) => GATEWAYS[gateway] && SENT.includes(status))) {
      const gateway = gateways.get(row.gateway);
      const { title, text } = await messages.recall(row);
      const message = { title, text: messages.handedOver(text, gateway, row.channel) };
      if (!counts.has(row.gateway)) counts.set(row.gateway, { counted: 0, outside: 0, given: new Map() });
      const its = counts.get(row.gateway);
      its[IN_REPORTS.includes(row.kind) ? 'counted' : 'outside'] += 1;
      count(its.given, asGiven[row.gateway](vault.open(row.address), message, gateway).join('\n'));
    }
    if (rows.length < PAGE) return counts;
    after = Number(rows.at(-1).id);
  }
}
