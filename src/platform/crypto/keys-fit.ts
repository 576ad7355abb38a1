import type { Vault } from './vault.js';

const CHECKED = 'tidecall';

/** What a database keeps to know its keys by: a sealed word and its blind index. */
export interface KeyChecks {
  readonly keyCheck?: string | undefined;
  readonly indexCheck?: string | undefined;
}

export type WrongKey = 'data' | 'index';

/** The checks of a database whose keys these are. */
export const keyChecks = (vault: Vault): Required<KeyChecks> => ({
  keyCheck: vault.seal(CHECKED),
  indexCheck: vault.index('check', CHECKED),
});

/** Which of the keys are not those of a database with these checks; empty where they fit, and where nothing was kept yet. */
export function keysFit(vault: Vault, { keyCheck, indexCheck }: KeyChecks): WrongKey[] {
  const wrong: WrongKey[] = [];
  if (keyCheck !== undefined && !opens(vault, keyCheck)) wrong.push('data');
  if (indexCheck !== undefined && !vault.indexes('check', CHECKED).includes(indexCheck)) wrong.push('index');
  return wrong;
}

function opens(vault: Vault, sealed: string): boolean {
  try {
    return vault.open(sealed) === CHECKED;
  } catch {
    return false;
  }
}
