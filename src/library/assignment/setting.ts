import { days, type Instant } from '../../platform/kernel/index.js';
import type { Script, Sentence, Shelf } from '../shelf.js';
import type { ScriptChannel, Trick } from '../taxonomy.js';
import { ownColumns, type WeightVersion } from '../weights/matrix.js';
import { tricksOf, type Assignment } from './assignment.schemas.js';
import { fraction, hash32, paired } from './draw.js';
import { columnsFor, columnsOf, type IncidentFactor } from './weights.js';
import { LONGEST, shortened, type WhyTail } from './why.js';

/** What assignment needs to know of a recipient. `key` names them for ever (`p12`, `g01J…`); `heard` is when each trick was last given. */
export interface Recipient {
  readonly key: string;
  readonly populations: readonly string[];
  readonly tags: readonly string[];
  /** The code of their township; absent or empty: the county's weights hold. */
  readonly township?: string;
  readonly language: string | null;
  readonly heard: ReadonlyMap<string, Instant>;
  /** The columns that they belong to, where these and not populations and tags are known: when a reason is recomputed. */
  readonly columns?: readonly string[];
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
  /** When the shelf was looked at; the reason keeps it, so that the same shelf can be laid out again. */
  readonly shelfAt?: Instant;
  readonly channel: ScriptChannel;
  /** The county month of the occurrence, 1 to 12. */
  readonly month: number;
  /** The matrix that the run draws by; absent: the shelf's. */
  readonly matrix?: WeightVersion;
  /** How recorded cases move each type; only `riskMatrix` looks at it. */
  readonly weights?: ReadonlyMap<string, IncidentFactor>;
}

export interface Given {
  readonly script: Script;
  readonly why: string;
  /** Goes with the text where the recipient does not read its language. */
  readonly sentence: Sentence | null;
  /** True where the recipient is of the later slot of a stepped roll-out. */
  readonly isLater: boolean;
}
export type Assigned = Given | { readonly skip: 'no_script' };
export type Assign = (recipient: Recipient) => Assigned;

export const NO_SCRIPT: Assigned = { skip: 'no_script' };

/** What is true of everybody with the same populations, tags and township, worked out once. */
export interface Profile {
  readonly columns: readonly string[];
  readonly township: string;
  /** Groups for which a wording may be written, the most specific first. */
  readonly audiences: readonly string[];
  /** The columns as bits, in hexadecimal. */
  readonly mask: string;
  /** The ends of reasons, by language and slot: the same for all of the profile. */
  readonly tails: Map<string, string>;
}

/** What is worked out once a run: the tricks to choose among, each with the hash of its code. */
export interface Setting extends AssignmentOptions {
  readonly tricks: readonly Trick[];
  readonly place: ReadonlyMap<string, number>;
  readonly hashes: Uint32Array;
  /** 1 where anything is written of the trick on this channel. */
  readonly shelved: Uint8Array;
  readonly seedHash: number;
  readonly turn: number;
  readonly weightVersion: WeightVersion;
  readonly profileOf: (recipient: Recipient) => Profile;
  readonly shelfMark: string | undefined;
}

/** More combinations of populations, tags and township than this are not kept, so that memory stays the same. */
const PROFILES = 20_000;

/** So many flags are one whole number, whose text is kept: most people of a county have the same few. */
const CHUNK = 24;
const KEPT_CHUNKS = 8192;
const chunks = new Map<number, string>();

function chunkText(bits: number, digits: number): string {
  const key = bits * 8 + digits;
  const known = chunks.get(key);
  if (known !== undefined) return known;
  const text = Array.from({ length: digits }, (_, i) => ((bits >> (i * 4)) & 15).toString(16)).join('');
  if (chunks.size >= KEPT_CHUNKS) chunks.clear();
  chunks.set(key, text);
  return text;
}

/** Flags (0 or 1) as bits in hexadecimal, four places a digit, the first place the lowest bit of the first digit. */
export function bitsOf(flags: Uint8Array): string {
  const n = flags.length;
  let text = '';
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(from + CHUNK, n);
    let bits = 0;
    for (let i = from; i < to; i += 1) bits |= flags[i]! << (i - from);
    text += chunkText(bits, (to - from + 3) >> 2);
  }
  return text;
}

/** The inverse of `bitsOf`: the places that are set. */
export const placesOf = (bits: string): number[] =>
  [...bits].flatMap((digit, i) =>
    [0, 1, 2, 3].filter((bit) => (parseInt(digit, 16) >> bit) & 1).map((bit) => i * 4 + bit),
  );

/** One text for a list of codes; a list of one is its own code, which costs nothing. */
const joined = (codes: readonly string[]): string => (codes.length === 1 ? codes[0]! : codes.join());

function profiles(shelf: Shelf, weightVersion: WeightVersion): (recipient: Recipient) => Profile {
  const { matrix } = weightVersion;
  const own = ownColumns(matrix, shelf.groupsOf);
  const all = columnsOf(shelf.groupsOf, matrix);
  // By township, populations and tags, one inside the other: looking up texts that are there already is cheaper than making one.
  const known = new Map<string, Map<string, Map<string, Profile>>>();
  let kept = 0;
  const inner = <V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> => {
    const found = map.get(key) ?? new Map<string, V>();
    map.set(key, found);
    return found;
  };
  const make = (recipient: Recipient, township: string): Profile => {
    const columns = recipient.columns ?? columnsFor(shelf.groupsOf, own, recipient);
    const set = new Set(columns);
    return {
      columns,
      township,
      // A wording for a sensitive group would tell what nobody may know: there is none, and none is looked for.
      audiences: shelf.hasAudiences ? columns.filter((code) => shelf.groups.get(code)?.sensitive === false) : [],
      mask: bitsOf(Uint8Array.from(all, (column) => (set.has(column) ? 1 : 0))),
      tails: new Map(),
    };
  };
  return (recipient) => {
    // Only a township with a table of its own tells people apart.
    const township = recipient.township && matrix.townships[recipient.township] ? recipient.township : '';
    const populations = recipient.columns ? '=' : joined(recipient.populations);
    const tags = joined(recipient.columns ?? recipient.tags);
    const found = known.get(township)?.get(populations)?.get(tags);
    if (found) return found;
    const made = make(recipient, township);
    kept += 1;
    if (kept > PROFILES) {
      known.clear();
      kept = 1;
    }
    inner(inner(known, township), populations).set(tags, made);
    return made;
  };
}

export function settingOf(options: AssignmentOptions): Setting {
  const { shelf, channel, run } = options;
  const tricks = tricksOf(options.assignment, shelf.tricks);
  const weightVersion = options.matrix ?? shelf.weights;
  return {
    ...options,
    tricks,
    place: new Map(tricks.map((trick, i) => [trick.code, i])),
    hashes: Uint32Array.from(tricks, (trick) => hash32(trick.code)),
    shelved: Uint8Array.from(tricks, (trick) => (shelf.has(trick.code, channel) ? 1 : 0)),
    seedHash: hash32(run.seed),
    turn: run.ordinal ?? run.index,
    weightVersion,
    profileOf: profiles(shelf, weightVersion),
    shelfMark: options.shelfAt?.toString(36),
  };
}

/** The script of a trick for this recipient: their language before Chinese, their group's version before the general one. */
export const scriptFor = (
  { shelf, channel }: Setting,
  recipient: Recipient,
  about: { readonly trick: Trick; readonly audiences: readonly string[]; readonly draw: number },
): Script | null =>
  shelf.pick({
    trick: about.trick.code,
    channel,
    audiences: about.audiences,
    language: recipient.language,
    draw: about.draw,
  });

const VARIANT = 0x76617269;
const LATER = 0x6c617465;

/** Of equally approved variants each is as likely; bits that chose the trick do not choose the variant. */
export const variantDraw = (setting: Setting, recipient: Recipient): number =>
  fraction(paired(hash32(recipient.key, VARIANT), setting.seedHash));

/** A group post goes to all on its day; of people the share that the campaign names has its turn later. */
function isLater({ assignment, channel, seedHash }: Setting, recipient: Recipient): boolean {
  const { holdOut } = assignment;
  if (!holdOut || channel === 'chat') return false;
  return fraction(paired(hash32(recipient.key, LATER), seedHash)) < holdOut.share;
}

function tailOf(setting: Setting, profile: Profile, about: { language: string | null; later: boolean }): string {
  const slot = about.later ? '1' : '0';
  const key = about.language === null ? slot : slot + about.language;
  const known = profile.tails.get(key);
  if (known !== undefined) return known;
  const tail: WhyTail = {
    G: profile.mask,
    ...(about.language ? { l: about.language } : {}),
    ...(about.later ? { h: 1 } : {}),
    ...(setting.shelfMark ? { s: setting.shelfMark } : {}),
  };
  const text = `,${JSON.stringify(tail).slice(1)}`;
  profile.tails.set(key, text);
  return text;
}

/**
 * The answer for one recipient. `why` is the reason's JSON without its closing brace; it gets what is the same of every
 * policy: the columns (G), the language (l), the later slot (h), the shelf (s): with them the reason can be recomputed.
 */
export function answer(
  setting: Setting,
  recipient: Recipient,
  of: { readonly script: Script; readonly profile: Profile; readonly why: string },
): Given {
  const later = setting.assignment.holdOut !== undefined && isLater(setting, recipient);
  const language = recipient.language === 'zh' ? null : recipient.language;
  const why = of.why + tailOf(setting, of.profile, { language, later });
  return {
    script: of.script,
    why: why.length <= LONGEST ? why : shortened(why),
    sentence: language ? setting.shelf.sentenceFor(of.script, language) : null,
    isLater: later,
  };
}

export const NEVER = -1;

/** When a recipient heard each of the tricks, in the tricks' order; NEVER for not yet. The same array is filled for each. */
export function hearing({ tricks, place }: Setting): (recipient: Recipient) => Float64Array {
  const heard = new Float64Array(tricks.length);
  const note = (at: Instant, code: string): void => {
    const i = place.get(code);
    if (i !== undefined) heard[i] = at;
  };
  return (recipient) => {
    heard.fill(NEVER);
    recipient.heard.forEach(note);
    return heard;
  };
}

export const daysAgo = (setting: Setting, at: number): number | null =>
  at === NEVER ? null : Math.max(0, Math.floor((setting.run.occurrence - at) / days(1)));
