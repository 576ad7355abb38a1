import { SCRIPT_CHANNELS, type Group, type GroupsOf, type ScriptChannel, type Trick } from './taxonomy.js';
import type { TemplateVariable } from './variables.js';
import { seededMatrix, type WeightVersion } from './weights/matrix.js';

/** One approved wording; `versionId` is what a delivery keeps. */
export interface Script {
  readonly versionId: number;
  readonly scriptId: string;
  readonly trick: string;
  readonly type: string;
  readonly channel: ScriptChannel;
  /** The code of the group that it is written for; null for everybody. */
  readonly audience: string | null;
  readonly language: string;
  readonly variant: number;
  readonly title: string | null;
  readonly body: string;
  readonly variables: readonly TemplateVariable[];
  readonly digest: string;
}

/** One reviewed sentence in a language: it goes with a Chinese text to whoever reads that language better. */
export interface Sentence {
  readonly id: number;
  readonly language: string;
  readonly text: string;
}

export interface Wanted {
  readonly trick: string;
  readonly channel: ScriptChannel;
  /** Groups of the recipient, the most specific first. */
  readonly audiences: readonly string[];
  readonly language: string | null;
  /** 0 ≤ draw < 1: which of equally approved variants. */
  readonly draw: number;
}

/** Where a person's language has no script, Chinese stands in. */
const LAST_LANGUAGE = 'zh';
/** `en-GB` reads what is written in `en`. */
export const baseLanguage = (language: string): string => language.split('-')[0]!.toLowerCase();
const EVERYBODY = '';
/** Where no wording is written for a visit, the visitor talks through the group post: the course of it, the signs, what to do. */
const STANDS_IN: Partial<Record<ScriptChannel, ScriptChannel>> = { visit: 'chat' };

type Variants = Script[];
type ByLanguage = Map<string, Map<string, Variants>>;

const entryOf = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
};

/** What may be sent at a moment: an immutable snapshot of the tricks and of their approved scripts. */
export class Shelf {
  private readonly byVersion = new Map<number, Script>();
  private readonly shelves = new Map<ScriptChannel, Map<string, ByLanguage>>();
  readonly tricks: readonly Trick[];
  readonly severity: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly groupsOf: GroupsOf;
  /** True where any script is written for a group of its own. */
  readonly hasAudiences: boolean;
  /** What `weighted` and `riskMatrix` draw by now; a run keeps the version that it began with. */
  readonly weights: WeightVersion;
  private readonly sentences: ReadonlyMap<string, Sentence>;

  /** `severity` is the weight of each type; `groupsOf` says who belongs to which group; without `weights` the seeded matrix holds. */
  constructor(
    tricks: readonly Trick[],
    scripts: readonly Script[],
    about: {
      readonly severity: ReadonlyMap<string, number>;
      readonly groupsOf: GroupsOf;
      readonly weights?: WeightVersion;
      readonly sentences?: readonly Sentence[];
    },
  ) {
    this.tricks = [...tricks].sort((a, b) => a.no - b.no);
    this.severity = about.severity;
    this.weights = about.weights ?? { version: 0, matrix: seeded(this.tricks, about) };
    this.sentences = new Map((about.sentences ?? []).map((sentence) => [sentence.language, sentence]));
    this.groupsOf = about.groupsOf;
    this.groups = new Map(about.groupsOf.groups.map((group) => [group.code, group]));
    this.hasAudiences = scripts.some((script) => script.audience !== null);
    for (const channel of SCRIPT_CHANNELS) this.shelves.set(channel, new Map());
    for (const script of [...scripts].sort((a, b) => a.variant - b.variant || a.versionId - b.versionId)) {
      this.byVersion.set(script.versionId, script);
      const ofTrick = entryOf(this.shelves.get(script.channel)!, script.trick, (): ByLanguage => new Map());
      const ofLanguage = entryOf(ofTrick, script.language, () => new Map<string, Variants>());
      entryOf(ofLanguage, script.audience ?? EVERYBODY, (): Variants => []).push(script);
    }
  }

  get scripts(): readonly Script[] {
    return [...this.byVersion.values()];
  }

  byVersionId(id: number): Script | null {
    return this.byVersion.get(id) ?? null;
  }

  /** True where the trick has any script on the channel, or on the one that stands in for it. */
  has(trick: string, channel: ScriptChannel): boolean {
    return this.of(trick, channel) !== undefined || this.standIn(trick, channel) !== undefined;
  }

  /** All wordings of a trick for a channel; those of the one that stands in only where there is none for everybody. */
  all(trick: string, channel: ScriptChannel): readonly Script[] {
    const on = (one: ScriptChannel) => this.scripts.filter((s) => s.trick === trick && s.channel === one);
    const own = on(channel);
    const standIn = STANDS_IN[channel];
    return standIn === undefined || own.some(({ audience }) => audience === null) ? own : [...own, ...on(standIn)];
  }

  private of(trick: string, channel: ScriptChannel): ByLanguage | undefined {
    return this.shelves.get(channel)?.get(trick);
  }

  private standIn(trick: string, channel: ScriptChannel): ByLanguage | undefined {
    const standIn = STANDS_IN[channel];
    return standIn && this.of(trick, standIn);
  }

  /**
   * The recipient's language before Chinese, the version for their group before the general one; null where there is none.
   * What is written for the channel goes before what stands in for it, in each language: a visit wording for elders alone
   * leaves everybody else the group post.
   */
  pick(wanted: Wanted): Script | null {
    const written = this.of(wanted.trick, wanted.channel);
    const standIn = this.standIn(wanted.trick, wanted.channel);
    if (!written && !standIn) return null;
    const { language } = wanted;
    const own =
      language && language !== LAST_LANGUAGE
        ? (drawn(inLanguage(written, language), wanted) ?? drawn(inLanguage(standIn, language), wanted))
        : null;
    return own ?? drawn(written?.get(LAST_LANGUAGE), wanted) ?? drawn(standIn?.get(LAST_LANGUAGE), wanted);
  }

  /** The reviewed sentence that goes with a text for whoever does not read its language; null where none is needed or there is none. */
  sentenceFor(script: Pick<Script, 'language'>, language: string | null): Sentence | null {
    if (!language) return null;
    const base = baseLanguage(language);
    if (base === LAST_LANGUAGE || base === baseLanguage(script.language)) return null;
    return this.sentences.get(language) ?? this.sentences.get(base) ?? null;
  }
}

const seeded = (
  tricks: readonly Trick[],
  { severity, groupsOf }: { severity: ReadonlyMap<string, number>; groupsOf: GroupsOf },
) =>
  seededMatrix(
    [...severity].map(([code, weight]) => ({ code, severity: { weight } })),
    tricks,
    groupsOf,
  );

const inLanguage = (ofTrick: ByLanguage | undefined, language: string): Map<string, Variants> | undefined =>
  ofTrick?.get(language) ?? ofTrick?.get(baseLanguage(language));

function drawn(versions: Map<string, Variants> | undefined, { audiences, draw }: Wanted): Script | null {
  if (!versions) return null;
  for (const audience of audiences) {
    const own = versions.get(audience);
    if (own) return own[Math.floor(draw * own.length)]!;
  }
  const general = versions.get(EVERYBODY);
  return general ? general[Math.floor(draw * general.length)]! : null;
}
