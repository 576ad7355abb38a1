/** Why two people are shown side by side: a guess by their names, which somebody has to confirm. */
export const CONFLICT_KINDS = ['sharedPhone', 'twoIds', 'movedPhone'] as const;
export type ConflictKind = (typeof CONFLICT_KINDS)[number];

/** What was decided: a household, one human being, or a number that only one of them has now. */
export const DECISIONS = ['keepBoth', 'samePerson', 'moved'] as const;
export type Decision = (typeof DECISIONS)[number];

/** As much of somebody as tells a second id from a household. */
export interface Identity {
  readonly name: string | null;
  readonly birthDate: string | null;
}

const isOneHuman = (a: Identity, b: Identity): boolean =>
  a.name !== null && a.name === b.name && (a.birthDate === null || b.birthDate === null || a.birthDate === b.birthDate);

/**
 * Names the conflict of somebody who comes with a number that another holds. The same name (and no other birthday) is one person
 * under two ids; else a number that a known person changed to has moved, and a new person shares it.
 */
export const kindOf = (comes: Identity & { readonly isNew: boolean }, holds: Identity): ConflictKind =>
  isOneHuman(comes, holds) ? 'twoIds' : comes.isNew ? 'sharedPhone' : 'movedPhone';
