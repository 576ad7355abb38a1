import type { Instant } from '../platform/kernel/index.js';
import { mondays, mondayOf } from './calendar.js';
import { STATES, TALLIES } from '../dispatch/index.js';
import { FILTERS, type Cut, type CutName } from './cut.js';

/** A piece of SQL and the values of its marks, in order. */
export interface Fragment {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

type Table = 'counters' | 'deliveries' | 'skips' | 'skip_counters';

/** Numbers of our own making are written into the statement, for an expression of them stands in it several times. */
const literal = (n: number): string => {
  if (!Number.isSafeInteger(n)) throw new Error(`not a whole number: ${n}`);
  return String(n);
};

/** Skips happen before a gateway, a type or a trick is chosen. */
const unknownToSkips = (name: string): boolean => name === 'gateway' || name === 'type' || name === 'trick';

const isOfSkips = (table: Table): boolean => table === 'skips' || table === 'skip_counters';

const weekExpression = (days: { first: number; last: number }): string => {
  const known = mondays(days.first, days.last);
  const branches = known.slice(1).map((monday, i) => `WHEN r.day < ${literal(monday)} THEN ${literal(known[i]!)}`);
  const last = literal(known.at(-1) ?? mondayOf(days.first));
  return branches.length === 0 ? `(r.day * 0 + ${last})` : `CASE ${branches.join(' ')} ELSE ${last} END`;
};

const expression = (name: CutName, table: Table, days: { first: number; last: number }): string => {
  switch (name) {
    case 'day':
      return 'r.day';
    case 'week':
      return weekExpression(days);
    case 'month':
      return '(r.day - r.day % 100)';
    case 'campaign':
      return 'r.campaignId';
    case 'channel':
    case 'population':
    case 'township':
      return `x.${name}`;
    case 'gateway':
    case 'type':
    case 'trick':
      return isOfSkips(table) ? `''` : `x.${name}`;
    default:
      return name satisfies never;
  }
};

/** Rows of the runs of a cut: the period is the occurrence's, and tests and practice are in no count. */
const rowsOf = (cut: Cut, table: Table, more: readonly string[] = []): Fragment => {
  const conditions = ['r.occurrence >= ?', 'r.occurrence < ?', `r.kind NOT IN ('test', 'answer', 'practice')`, ...more];
  const values: (string | number)[] = [cut.from, cut.to];
  for (const name of FILTERS) {
    const wanted = cut.filters[name];
    if (!wanted) continue;
    if (wanted.length === 0 || (isOfSkips(table) && unknownToSkips(name) && !wanted.includes('')))
      conditions.push('1 = 0');
    else if (!(isOfSkips(table) && unknownToSkips(name))) {
      conditions.push(`${name === 'campaign' ? 'r.campaignId' : `x.${name}`} IN (${wanted.map(() => '?').join(',')})`);
      values.push(...wanted);
    }
  }
  return { text: `FROM runs r JOIN ${table} x ON x.runId = r.id WHERE ${conditions.join(' AND ')}`, values };
};

/**
 * The state in which a delivery was at an instant, told from its times. A receipt that came later has not been yet; a
 * hand-over that settled later has not been either. A row that never got a time of settlement has its state since ever;
 * one that was sent after it had settled was in doubt until then.
 */
const stateAt = (at: Instant): string => {
  const t = literal(at);
  return `CASE WHEN x.finalAt < ${t} THEN x.status
    WHEN x.settledAt IS NULL AND x.finalAt IS NULL THEN x.status
    WHEN x.settledAt IS NULL OR x.settledAt >= ${t} THEN 'pending'
    WHEN x.finalAt IS NULL THEN x.status
    WHEN x.sentAt <= x.settledAt THEN 'awaiting'
    ELSE 'uncertain' END`;
};

const stateOf = (cut: Cut): string => (cut.asOf === null ? 'x.status' : stateAt(cut.asOf));
const plannedBefore = (cut: Cut): string[] => (cut.asOf === null ? [] : [`x.plannedAt < ${literal(cut.asOf)}`]);
const skippedBefore = (cut: Cut): string[] => (cut.asOf === null ? [] : [`x.at < ${literal(cut.asOf)}`]);

const SENT = `('awaiting', 'delivered', 'undelivered')`;
const TEXTS = `('sms', 'chat', 'email')`;
const when = (condition: string, value = '1'): string => `SUM(CASE WHEN ${condition} THEN ${value} ELSE 0 END)`;

/** From the counters: what settlement keeps. */
const countersTally = TALLIES.map((name) =>
  name === 'messages' ? when(`x.channel IN ${TEXTS}`, 'x.awaiting + x.delivered + x.undelivered') : `SUM(x.${name})`,
);

/** From the deliveries: the same numbers, for a moment that has passed. */
const deliveriesTally = [
  ...STATES.map((state) => when(`f.state = '${state}'`)),
  when(`f.state IN ${SENT} AND f.channel IN ${TEXTS}`),
  when(`f.state IN ${SENT} AND f.channel = 'sms'`, 'f.parts'),
  when(`f.state IN ${SENT} AND f.channel = 'voice'`),
  when(`f.state = 'delivered' AND f.channel = 'voice'`),
  when(`f.state = 'delivered' AND f.channel = 'chat' AND f.attested = 0`, 'f.headCount'),
  when(`f.state = 'delivered' AND f.channel = 'chat' AND f.attested = 1`, 'f.headCount'),
  when(`f.state IN ${SENT}`, 'f.cost'),
];

/** The columns of a group, `g0, g1, …`, bare and with what they stand for. */
interface Groups {
  readonly names: readonly string[];
  as(table: Table): string;
  readonly blank: string;
}

const groupsOf = (cut: Cut, days: { first: number; last: number }): Groups => {
  const names = cut.groupBy.map((_, i) => `g${i}`);
  return {
    names,
    as: (table) => cut.groupBy.map((name, i) => `${expression(name, table, days)} AS g${i}, `).join(''),
    blank: names.map((name) => `'' AS ${name}, `).join(''),
  };
};

const groupBy = (columns: readonly string[]): string => (columns.length === 0 ? '' : ` GROUP BY ${columns.join(', ')}`);

/** A group's numbers stand in `n0, n1, …` whatever they count, for all parts of the answer come from one statement. */
const numbers = (given: readonly string[]): string => TALLIES.map((_, i) => `${given[i] ?? '0'} AS n${i}`).join(', ');

const head = (part: string, groups: Groups, reason = `''`): string =>
  `SELECT '${part}' AS part, ${groups.names.map((g) => `${g}, `).join('')}${reason} AS reason, `;

const tallyPart = (cut: Cut, groups: Groups): Fragment => {
  if (cut.asOf === null) {
    const rows = rowsOf(cut, 'counters');
    const columns = groups.as('counters');
    return {
      text: `SELECT 'tally' AS part, ${columns}'' AS reason, ${numbers(countersTally)} ${rows.text}${groupBy(groups.names)}`,
      values: rows.values,
    };
  }
  const rows = rowsOf(cut, 'deliveries', plannedBefore(cut));
  const attested = '(CASE WHEN EXISTS (SELECT 1 FROM tasks t WHERE t.deliveryId = x.id) THEN 1 ELSE 0 END)';
  const inner = `SELECT ${groups.as('deliveries')}${stateAt(cut.asOf)} AS state, x.channel AS channel, x.parts AS parts,
    COALESCE(x.headCount, 0) AS headCount, x.cost AS cost, ${attested} AS attested ${rows.text}`;
  return {
    text: `${head('tally', groups)}${numbers(deliveriesTally)} FROM (${inner}) f${groupBy(groups.names)}`,
    values: rows.values,
  };
};

const skipPart = (cut: Cut, groups: Groups): Fragment => {
  const table = cut.asOf === null ? 'skip_counters' : 'skips';
  const rows = rowsOf(cut, table, table === 'skips' ? skippedBefore(cut) : []);
  const n = cut.asOf === null ? 'SUM(x.skipped)' : 'COUNT(*)';
  return {
    text: `SELECT 'skip' AS part, ${groups.as(table)}x.reason AS reason, ${numbers([n])} ${rows.text}${groupBy([...groups.names, 'x.reason'])}`,
    values: rows.values,
  };
};

const TIERS = ['handedOver', 'reached', 'attended', 'fresh'];
const bestOf = TIERS.map((tier) => `MAX(${tier}) AS ${tier}`).join(', ');
const peopleNumbers = numbers(['COUNT(*)', ...TIERS.map((tier) => `SUM(${tier})`)]);

/** Every targeted person of every (recipient, channel) pair, with how far that one came. */
const encountersOf = (cut: Cut, groups: Groups, freshSince: Instant): Fragment => {
  const state = stateOf(cut);
  const delivered = rowsOf(cut, 'deliveries', ['x.personId IS NOT NULL', ...plannedBefore(cut)]);
  const skipped = rowsOf(cut, 'skips', ['x.personId IS NOT NULL', ...skippedBefore(cut)]);
  const flag = (condition: string): string => `CASE WHEN ${condition} THEN 1 ELSE 0 END`;
  const reached = `(${state}) = 'delivered'`;
  const fresh = `COALESCE(x.receiptAt, x.finalAt, x.settledAt, 0) >= ${literal(freshSince)}`;
  const columns = `${groups.as('deliveries')}x.personId AS personId, ${flag(`(${state}) IN ${SENT}`)} AS handedOver,
    ${flag(reached)} AS reached, ${flag(`${reached} AND x.attended = 1`)} AS attended, ${flag(`${reached} AND ${fresh}`)} AS fresh`;
  const nothing = `${groups.as('skips')}x.personId AS personId, ${TIERS.map((tier) => `0 AS ${tier}`).join(', ')}`;
  return {
    text: `SELECT ${columns} ${delivered.text} UNION ALL SELECT ${nothing} ${skipped.text}`,
    values: [...delivered.values, ...skipped.values],
  };
};

export interface Question {
  readonly dialect: 'sqlite' | 'mysql';
  readonly cut: Cut;
  /** The county days that the period touches, as day numbers. */
  readonly days: { readonly first: number; readonly last: number };
  /** Where fresh reach begins. */
  readonly freshSince: Instant;
  /** Of a cut by trick alone: also the people by the number of tricks of which a warning reached them. */
  readonly heard?: boolean;
}

/**
 * The whole answer in one statement, hence of one instant on both databases: whatever settles while it is read is in all
 * of its numbers or in none. Rows are `part` (tally, skip, people, total, heard), the groups, `reason` and the numbers `n0 …`.
 */
export function measureSql({ dialect, cut, days, freshSince, heard = false }: Question): Fragment {
  const groups = groupsOf(cut, days);
  const encounters = encountersOf(cut, groups, freshSince);
  const tally = tallyPart(cut, groups);
  const skips = skipPart(cut, groups);
  // MariaDB groups by hashing into a temporary table that spills; told that the result is big it sorts, three times as fast.
  const select = dialect === 'mysql' ? 'SELECT SQL_BIG_RESULT' : 'SELECT';
  /** Each person once in each of the groups (or once in all), with the best of what happened there. */
  const people = (names: readonly string[]): string =>
    `(${select} ${[...names, 'personId'].join(', ')}, ${bestOf} FROM encounters${groupBy([...names, 'personId'])}) p`;
  const rows = `${head('people', groups)}${peopleNumbers} FROM ${people(groups.names)}${groupBy(groups.names)}`;
  const total = `SELECT 'total' AS part, ${groups.blank}'' AS reason, ${peopleNumbers} FROM ${people([])}`;
  const tricks = `SELECT 'heard' AS part, ${groups.blank}'' AS reason, ${numbers(['COUNT(*)', 'tricks'])}
    FROM (SELECT personId, SUM(reached) AS tricks FROM ${people(groups.names)} GROUP BY personId) h GROUP BY tricks`;
  // Without a cut the only row is the total.
  const parts = [
    tally.text,
    skips.text,
    ...(groups.names.length === 0 ? [] : [rows]),
    total,
    ...(heard ? [tricks] : []),
  ];
  return {
    text: `WITH encounters AS (${encounters.text}) ${parts.join(' UNION ALL ')}`,
    values: [...encounters.values, ...tally.values, ...skips.values],
  };
}

/** Each wording of a cut: how often it was handed over, arrived and was attended to, and what people sent back to it. */
export function wordingsSql(cut: Cut): Fragment {
  const { text, values } = rowsOf(cut, 'deliveries', ['x.scriptVersionId <> 0']);
  const answers = `SELECT deliveryId, ${when(`kind = 'optOut'`)} AS optOuts, ${when(`kind <> 'optOut'`)} AS replies FROM uplinks WHERE deliveryId IS NOT NULL GROUP BY deliveryId`;
  return {
    text: `SELECT x.scriptVersionId AS versionId, ${when(`x.status IN ${SENT}`)} AS sent, ${when(`x.status = 'delivered'`)} AS delivered,
      ${when(`x.status = 'delivered' AND x.attended = 1`)} AS attended, SUM(COALESCE(u.optOuts, 0)) AS optOuts, SUM(COALESCE(u.replies, 0)) AS replies
      ${text.replace(' WHERE ', ` LEFT JOIN (${answers}) u ON u.deliveryId = x.id WHERE `)} GROUP BY x.scriptVersionId`,
    values,
  };
}
