import { contentText, type EntryContent, type Link } from './chain.js';

/** The part of the vault that is needed here: a keyed digest, and the same under every key that is still held. */
export interface KeyedDigests {
  index(purpose: string, text: string): string;
  indexes(purpose: string, text: string): string[];
}

const textOf = (nonce: string, e: EntryContent): string =>
  `${nonce}\n${contentText(e)},"subject":${JSON.stringify(e.subject)}`;

/**
 * The mark that says that this application wrote an entry: a number used once and a keyed digest. The hash chain has no
 * key, so somebody with the database alone could append to it or rebuild it; the mark they cannot make.
 */
export const markOf = (vault: KeyedDigests, nonce: string, e: EntryContent): string =>
  `${nonce}.${vault.index('ledger', textOf(nonce, e))}`;

/** True where the mark was made under an index key that is still held (former ones are kept, `TIDECALL_INDEX_KEY_OLD`). */
export function isMarked(vault: KeyedDigests, mac: string | undefined, e: EntryContent): boolean {
  const [nonce, digest] = (mac ?? '').split('.');
  return nonce !== undefined && digest !== undefined && vault.indexes('ledger', textOf(nonce, e)).includes(digest);
}

const headText = ({ seq, hash }: Link): string => `${seq} ${hash}`;
export const headMark = (vault: KeyedDigests, head: Link): string => vault.index('ledger-head', headText(head));
export const isHeadMarked = (vault: KeyedDigests, head: Link & { readonly mac: string }): boolean =>
  vault.indexes('ledger-head', headText(head)).includes(head.mac);
