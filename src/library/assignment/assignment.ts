import { days, type Instant } from '../../platform/kernel/index.js';
import type { Script, Shelf } from '../shelf.js';
import type { ScriptChannel, Trick } from '../taxonomy.js';
import { tricksOf, type Assignment } from './assignment.schemas.js';
import { fraction, hash32, paired } from './draw.js';
import { groupsOf, weightOf, type IncidentFactor, type Weight } from './weights.js';
import { writeWhy, type Why } from './why.js';

/** Nobody is drawn the same trick again within it, as long as another is left. */
export const NO_REPEAT = days(28);

/** What assignment needs to know of a recipient. `key` names them for ever (`p12`, `g01J…`); `heard` is when each trick was last given. */
export interface Recipient {
  readonly key: string;
  readonly populations: readonly string[];
  readonly tags: readonly string[];
  readonly language: string | null;
  readonly heard: ReadonlyMap<string, Instant>;
}

export interface AssignmentOptions {
  readonly assignment: Assignment;
  /** `index` is the county day's index of the occurrence; `ordinal`, where given, counts the campaign's occurrences and takes its place. */
  readonly run: {
    readonly seed: string;
    readonly occurrence: Instant;
    readonly index: number;
    readonly ordinal?: number;
  };
  readonly shelf: Shelf;
  readonly channel: ScriptChannel;
  /** The county month of the occurrence, 1 to 12. */
  readonly month: number;
  /** How recorded cases move each type; only `riskMatrix` looks at it. */
  readonly weights?: ReadonlyMap<string, IncidentFactor>;
}

export type Assigned = { readonly script: Script; readonly why: string } | { readonly skip: 'no_script' };
type Assign = (recipient: Recipient) => Assigned;

/** What is worked out once a run: the tricks to choose among, each with the hash of its code. */
interface Setting extends AssignmentOptions {
  readonly tricks: readonly Trick[];
  readonly place: ReadonlyMap<string, number>;
  readonly hashes: Uint32Array;
  readonly seedHash: number;
  readonly turn: number;
}

const NO_SCRIPT: Assigned = { skip: 'no_script' };

/**
 * The rule of a run, ready to be asked for each recipient: deterministic for (run's seed, recipient's key, what they heard).
 * `fixed` and `rotate` by occurrence give everybody the same trick; `rotate` by person gives the one not heard for longest;
 * `weighted` and `riskMatrix` draw by weight among those not heard for 28 days.
 */
export function assigner(options: AssignmentOptions): Assign {
  const tricks = tricksOf(options.assignment, options.shelf.tricks);
  const setting: Setting = {
    ...options,
    tricks,
    place: new Map(tricks.map((trick, i) => [trick.code, i])),
    hashes: Uint32Array.from(tricks, (trick) => hash32(trick.code)),
    seedHash: hash32(options.run.seed),
    turn: options.run.ordinal ?? options.run.index,
  };
  if (tricks.length === 0) return () => NO_SCRIPT;
  switch (options.assignment.policy) {
    case 'fixed':
      return inTurn(setting);
    case 'rotate':
      return byOccurrence(options) ? inTurn(setting) : perPerson(setting);
    case 'weighted':
    case 'riskMatrix':
      return weighted(setting);
    default:
      return options.assignment.policy satisfies never;
  }
}

const byOccurrence = ({ assignment, channel }: AssignmentOptions): boolean =>
  (assignment.by ?? (channel === 'chat' ? 'occurrence' : 'person')) === 'occurrence';

const NOBODY_SPECIAL: readonly string[] = [];

/** A wording for a sensitive group would tell what nobody may know: there is none, and none is looked for. */
const audiencesOf = (shelf: Shelf, recipient: Recipient): readonly string[] =>
  shelf.hasAudiences
    ? groupsOf(shelf.groupsOf, recipient).filter((code) => !shelf.groups.get(code)!.sensitive)
    : NOBODY_SPECIAL;

function scriptFor(setting: Setting, recipient: Recipient, trick: Trick, draw: number): Script | null {
  const { shelf, channel } = setting;
  return shelf.pick({
    trick: trick.code,
    channel,
    audiences: audiencesOf(shelf, recipient),
    language: recipient.language,
    draw,
  });
}

/** Of equally approved variants each is as likely; bits that chose the trick do not choose the variant. */
const variantDraw = (setting: Setting, recipient: Recipient): number =>
  fraction(paired(hash32(recipient.key, 0x76617269), setting.seedHash));

/** Today's trick for all, and of its variants the same for all, so that the desk can hold today's texts in its hand. */
function inTurn(setting: Setting): Assign {
  const { tricks, shelf, channel, turn, assignment } = setting;
  const n = tricks.length;
  const draw = fraction(paired(hash32('turn'), turn));
  const first = ((turn % n) + n) % n;
  // A trick without a script gives its day to the next one, so that a retired script does not shift all days after it.
  const order = tricks.map((_, step) => (first + step) % n).filter((i) => shelf.has(tricks[i]!.code, channel));
  const whys = tricks.map((_, i) =>
    writeWhy(assignment.policy === 'fixed' ? { p: 'fixed', n, i } : { p: 'rotate', by: 'occurrence', n, i }),
  );
  return (recipient) => {
    for (const i of order) {
      const script = scriptFor(setting, recipient, tricks[i]!, draw);
      if (script) return { script, why: whys[i]! };
    }
    return NO_SCRIPT;
  };
}

const NEVER = -1;

/** When the recipient heard each of the tricks, in the tricks' order; NEVER for not yet. `into` is used again for the next. */
function heardInto(into: Float64Array, setting: Setting, recipient: Recipient): void {
  into.fill(NEVER);
  for (const [code, at] of recipient.heard) {
    const i = setting.place.get(code);
    if (i !== undefined) into[i] = at;
  }
}

const daysAgo = (setting: Setting, at: number): number | null =>
  at === NEVER ? null : Math.max(0, Math.floor((setting.run.occurrence - at) / days(1)));

/**
 * The trick that this recipient has not heard for longest: those never heard come first, and among equals each recipient has
 * an order of their own that stays, so that a county spreads over all tricks and nobody hears one twice in a round.
 * A group chat keeps no memory of its own; it walks its order by the day.
 */
function perPerson(setting: Setting): Assign {
  const { tricks, hashes, shelf, channel, turn } = setting;
  const n = tricks.length;
  const shelved = tricks.map((trick) => shelf.has(trick.code, channel));
  const round = shelved.filter(Boolean).length;
  if (round === 0) return () => NO_SCRIPT;
  const walked = channel === 'chat' ? ((turn % round) + round) % round : 0;
  const heard = new Float64Array(n);
  const tried = new Uint8Array(n);
  const best = (own: number): number => {
    let chosen = -1;
    let rank = 0;
    for (let i = 0; i < n; i += 1) {
      if (tried[i] || !shelved[i] || (chosen >= 0 && heard[i]! > heard[chosen]!)) continue;
      const its = paired(own, hashes[i]!);
      if (chosen < 0 || heard[i]! < heard[chosen]! || its < rank) {
        chosen = i;
        rank = its;
      }
    }
    return chosen;
  };
  return (recipient) => {
    heardInto(heard, setting, recipient);
    tried.fill(0);
    const own = hash32(recipient.key);
    for (let step = 0; step < walked; step += 1) tried[best(own)] = 1;
    for (let i = best(own); i >= 0; i = best(own)) {
      const script = scriptFor(setting, recipient, tricks[i]!, variantDraw(setting, recipient));
      if (script) return { script, why: rotateWhy(n, daysAgo(setting, heard[i]!)) };
      tried[i] = 1;
    }
    return NO_SCRIPT;
  };
}

const rotateWhy = (n: number, heard: number | null): string => writeWhy({ p: 'rotate', by: 'person', n, heard });

interface Weighed extends Weight {
  readonly factor: IncidentFactor | null;
}

/** Weights are the same for all recipients of the same populations and tags, so they are worked out once for each combination. */
function weighing(setting: Setting): (recipient: Recipient) => readonly Weighed[] {
  const { shelf, tricks, month, weights, assignment } = setting;
  const populationGroups = new Set(Object.values(shelf.groupsOf.populationGroups).flat());
  const known = new Map<string, readonly Weighed[]>();
  return (recipient) => {
    const key = `${recipient.populations.join()}|${recipient.tags.join()}`;
    const found = known.get(key);
    if (found) return found;
    const groups = groupsOf(shelf.groupsOf, recipient);
    const made = tricks.map((trick): Weighed => {
      const severity = shelf.severity.get(trick.type) ?? 1;
      const plain = weightOf(trick, { groups, populationGroups }, { month, severity });
      const factor = assignment.policy === 'riskMatrix' ? (weights?.get(trick.type) ?? { factor: 0, cases: 0 }) : null;
      return { ...plain, factor, weight: plain.weight * (1 + (factor?.factor ?? 0)) };
    });
    known.set(key, made);
    return made;
  };
}

/** Draws by weight among the tricks not heard within the window; where all were, the one heard longest ago. */
function weighted(setting: Setting): Assign {
  const { tricks, shelf, channel, seedHash, run } = setting;
  const n = tricks.length;
  const weigh = weighing(setting);
  const heard = new Float64Array(n);
  const open = new Uint8Array(n);
  const shelved = tricks.map((trick) => shelf.has(trick.code, channel));
  const since = run.occurrence - NO_REPEAT;
  return (recipient) => {
    heardInto(heard, setting, recipient);
    const weights = weigh(recipient);
    const draw = fraction(paired(hash32(recipient.key), seedHash));
    for (let i = 0; i < n; i += 1) open[i] = shelved[i] && heard[i]! <= since ? 1 : 0;
    if (!open.includes(1)) openOldest(open, heard, shelved);
    for (let left = open.indexOf(1); left >= 0; left = open.indexOf(1)) {
      const total = totalOf(weights, open);
      const i = drawn(weights, open, draw * total);
      const script = scriptFor(setting, recipient, tricks[i]!, variantDraw(setting, recipient));
      if (script)
        return {
          script,
          why: writeWhy(weightedWhy(setting, weights[i]!, { total, heard: daysAgo(setting, heard[i]!) })),
        };
      open[i] = 0;
    }
    return NO_SCRIPT;
  };
}

function openOldest(open: Uint8Array, heard: Float64Array, shelved: readonly boolean[]): void {
  let oldest = Infinity;
  for (let i = 0; i < heard.length; i += 1) if (shelved[i]) oldest = Math.min(oldest, heard[i]!);
  for (let i = 0; i < heard.length; i += 1) open[i] = shelved[i] && heard[i] === oldest ? 1 : 0;
}

function totalOf(weights: readonly Weight[], open: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < open.length; i += 1) if (open[i]) total += weights[i]!.weight;
  return total;
}

function drawn(weights: readonly Weight[], open: Uint8Array, at: number): number {
  let left = at;
  let last = -1;
  for (let i = 0; i < open.length; i += 1) {
    if (!open[i]) continue;
    last = i;
    left -= weights[i]!.weight;
    if (left < 0) return i;
  }
  return last;
}

const rounded = (n: number): number => Math.round(n * 1000) / 1000;

const weightedWhy = (
  setting: Setting,
  its: Weighed,
  { total, heard }: { total: number; heard: number | null },
): Why => ({
  p: setting.assignment.policy as 'weighted' | 'riskMatrix',
  n: setting.tricks.length,
  w: rounded(its.weight),
  t: rounded(total),
  ...(its.groups.length > 0 ? { g: its.groups } : {}),
  ...(its.inSeason ? { m: setting.month } : {}),
  heard,
  ...(its.factor ? { f: rounded(its.factor.factor), c: its.factor.cases } : {}),
});
