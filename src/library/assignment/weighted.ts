import { days } from '../../platform/kernel/index.js';
import { fraction, hash32, paired } from './draw.js';
import {
  answer,
  bitsOf,
  daysAgo,
  hearing,
  NO_SCRIPT,
  scriptFor,
  variantDraw,
  type Assign,
  type Profile,
  type Setting,
} from './setting.js';
import { namings, weightOf, type IncidentFactor, type Weight } from './weights.js';

/** What each trick weighs for a profile, and the parts of its reason that do not depend on the recipient. */
interface Weighed {
  readonly weights: Float64Array;
  /** 1 where the trick can be drawn: something is written of it, and it weighs more than nothing. */
  readonly drawable: Uint8Array;
  /** Before the total, before `heard`, and after it up to the open ones. */
  readonly reasons: readonly (readonly [string, string, string])[];
}

const rounded = (n: number): number => Math.round(n * 1000) / 1000;

/** Weights are the same for all recipients of a profile, so they are worked out once for each. */
function weighing(setting: Setting): (profile: Profile) => Weighed {
  const { shelf, tricks, month, weights, assignment, shelved } = setting;
  const { matrix } = setting.weightVersion;
  const naming = namings(shelf.tricks);
  const known = new WeakMap<Profile, Weighed>();
  const isSensitive = (code: string): boolean => shelf.groups.get(code)?.sensitive ?? true;
  return (profile) => {
    const found = known.get(profile);
    if (found) return found;
    const each = tricks.map((trick) => {
      const plain = weightOf(trick, profile, { matrix, naming: naming.get(trick.code)!, month });
      const factor = assignment.policy === 'riskMatrix' ? (weights?.get(trick.type) ?? NOT_MOVED) : null;
      // A long reason loses groups from its end: the sensitive ones, which decide who may read it, stand first.
      const groups = [...plain.groups].sort((a, b) => Number(isSensitive(b)) - Number(isSensitive(a)));
      const weight = plain.weight * (1 + (factor?.factor ?? 0));
      return { weight, reason: reasonOf(setting, { ...plain, groups, weight }, factor) };
    });
    const made: Weighed = {
      weights: Float64Array.from(each, ({ weight }) => weight),
      drawable: Uint8Array.from(each, ({ weight }, i) => (weight > 0 ? shelved[i]! : 0)),
      reasons: each.map(({ reason }) => reason),
    };
    known.set(profile, made);
    return made;
  };
}

const NOT_MOVED: IncidentFactor = { factor: 0, cases: 0 };

/** The reason as `Why` of weighted has it, cut at the total and at `heard`. */
function reasonOf(
  { assignment, tricks, weightVersion, month }: Setting,
  its: Weight,
  factor: IncidentFactor | null,
): readonly [string, string, string] {
  const head = { p: assignment.policy, n: tricks.length, v: weightVersion.version, w: rounded(its.weight) };
  const groups = its.groups.length > 0 ? `,"g":${JSON.stringify(its.groups)}` : '';
  return [
    `${JSON.stringify(head).slice(0, -1)},"t":`,
    `${groups}${its.inSeason ? `,"m":${month}` : ''},"heard":`,
    `${factor ? `,"f":${rounded(factor.factor)},"c":${factor.cases}` : ''},"o":"`,
  ];
}

/** Draws by weight among the tricks not heard within the window; where all were, the one heard longest ago. */
export function weighted(setting: Setting): Assign {
  const { tricks, seedHash, run, shelved } = setting;
  const n = tricks.length;
  const weigh = weighing(setting);
  const hear = hearing(setting);
  const open = new Uint8Array(n);
  const since = run.occurrence - days(setting.weightVersion.matrix.noRepeatDays);
  return (recipient) => {
    const heard = hear(recipient);
    const profile = setting.profileOf(recipient);
    const { weights, drawable, reasons } = weigh(profile);
    const draw = fraction(paired(hash32(recipient.key), seedHash));
    const variant = variantDraw(setting, recipient);
    let left = 0;
    for (let i = 0; i < n; i += 1) left += open[i] = heard[i]! <= since ? drawable[i]! : 0;
    // What weighs nothing is drawn only where nothing else is left.
    if (left === 0) left = openOldest(open, heard, drawable);
    if (left === 0) left = openOldest(open, heard, shelved);
    for (; left > 0; left -= 1) {
      const total = totalOf(weights, open);
      const i = drawn(weights, open, draw * total);
      const script = scriptFor(setting, recipient, { trick: tricks[i]!, audiences: profile.audiences, draw: variant });
      if (script) {
        const [begin, middle, end] = reasons[i]!;
        const why = `${begin}${rounded(total)}${middle}${daysAgo(setting, heard[i]!)}${end}${bitsOf(open)}"`;
        return answer(setting, recipient, { script, profile, why });
      }
      open[i] = 0;
    }
    return NO_SCRIPT;
  };
}

/** Opens those heard longest ago of the ones that may be; answers how many. */
function openOldest(open: Uint8Array, heard: Float64Array, may: Uint8Array): number {
  let oldest = Infinity;
  let opened = 0;
  for (let i = 0; i < heard.length; i += 1) if (may[i]) oldest = Math.min(oldest, heard[i]!);
  for (let i = 0; i < heard.length; i += 1) opened += open[i] = may[i] && heard[i] === oldest ? 1 : 0;
  return opened;
}

function totalOf(weights: Float64Array, open: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < open.length; i += 1) if (open[i]) total += weights[i]!;
  return total;
}

function drawn(weights: Float64Array, open: Uint8Array, at: number): number {
  let left = at;
  let last = -1;
  for (let i = 0; i < open.length; i += 1) {
    if (!open[i]) continue;
    last = i;
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return last;
}
