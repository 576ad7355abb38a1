/** The facts of the 12 types and 48 tricks, as the product ships them and as the database keeps them. */
export interface Season {
  /** Months of the year, 1 to 12. */
  readonly months: readonly number[];
  readonly noteZh: string;
}

export interface TrickFacts {
  readonly mechanism: { readonly zh: string; readonly en: string };
  readonly recognitionSigns: readonly string[];
  readonly advice: readonly string[];
  /** Codes of groups that police material names as often hit. */
  readonly vulnerableGroups: readonly string[];
  readonly season: Season | null;
  readonly variants: readonly string[];
  readonly severity: { readonly note: string } | null;
  readonly origin: string;
  readonly sources: readonly string[];
}

/** `shipped` with the product and compiled from public manuals, or the bureau's `own`. */
export type ListSource = 'shipped' | 'own';

export interface Trick extends TrickFacts {
  readonly no: number;
  readonly code: string;
  readonly type: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Absent in the shipped file. */
  readonly source?: ListSource;
}

export interface FraudTypeFacts {
  readonly origin: string;
  /** `weight` from 1 (no figure) to 2 (leads the national figures): our own reading of `note`. */
  readonly severity: { readonly weight: number; readonly note: string | null };
  readonly susceptibleZh: string | null;
  readonly groupingNote: string | null;
  readonly sources: readonly string[];
}

export interface FraudType extends FraudTypeFacts {
  readonly no: number;
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly source?: ListSource;
}

/** A group that warnings are aimed at. A sensitive one selects and never shows (docs/architecture.md, "People's data"). */
export interface Group {
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly kind: string;
  readonly sensitive: boolean;
  readonly addressZh: string;
  readonly conditionalTopicZh: string | null;
}

/** Who belongs to which group: a population, or a tag (one with the code of a group means that group). */
export interface GroupsOf {
  readonly groups: readonly Group[];
  readonly populationGroups: Readonly<Record<string, readonly string[]>>;
  readonly tagGroups: Readonly<Record<string, readonly string[]>>;
}

/** The shipped file `data/taxonomy.json`. */
export interface ShippedTaxonomy extends GroupsOf {
  readonly version: string;
  /** What this list is and is not; shown wherever it is shown. */
  readonly statement: { readonly zh: string; readonly en: string };
  readonly origins: Readonly<Record<string, string>>;
  readonly types: readonly (FraudType & { readonly tricks: readonly Omit<Trick, 'type'>[] })[];
}

/** One wording of `data/scripts.<language>.json`. */
export interface ShippedScript {
  readonly trick: string;
  readonly channel: ScriptChannel;
  readonly variant: number;
  readonly audience: string | null;
  readonly title?: string;
  readonly body: string;
}

/** The shipped file `data/sentences.json`: one sentence a language; only a reviewed one is ever sent. */
export type ShippedSentences = Readonly<Record<string, { readonly text: string; readonly reviewed: boolean }>>;

export const SCRIPT_CHANNELS = ['sms', 'voice', 'chat', 'email', 'visit'] as const;
export type ScriptChannel = (typeof SCRIPT_CHANNELS)[number];
