import { DISCREET_NAME, maskEmail, maskName, maskPhone } from '../../platform/kernel/index.js';

/** A person as lists show them: enough to recognise, nothing to call. */
export interface MaskedPerson {
  readonly id: string;
  readonly externalId: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly phoneKind: string | null;
  readonly email: string | null;
  /** The code. */
  readonly township: string | null;
  readonly townshipName: string | null;
  readonly community: string | null;
  readonly age: number | null;
  readonly gender: string | null;
  readonly language: string | null;
  readonly school: string | null;
  readonly populations: readonly {
    readonly kind: string;
    readonly since: string | null;
    readonly until: string | null;
  }[];
  readonly tags: readonly string[];
  readonly synthetic: boolean;
}

export const maskedOrNull = {
  name: (clear: string | null) => clear && maskName(clear),
  phone: (clear: string | null) => clear && maskPhone(clear),
  email: (clear: string | null) => clear && maskEmail(clear),
};

/** The tags that this viewer may see: a sensitive one selects, but does not show (design §8). */
export const shownTags = (
  tags: readonly string[],
  sensitive: ReadonlySet<string>,
  mayReadSensitive: boolean,
): string[] => tags.filter((tag) => mayReadSensitive || !sensitive.has(tag));

/** A file's name, or the neutral words where it names a sensitive group and the viewer may not read that. */
export const shownFileName = (fileName: string, words: readonly string[], mayReadSensitive: boolean): string =>
  !mayReadSensitive && words.some((word) => fileName.includes(word)) ? DISCREET_NAME : fileName;
