import { polyphonic } from 'pinyin-pro';
import type { FraudType, Trick } from './taxonomy.js';

/** What can be searched of a trick, the most telling first. */
interface Indexed {
  readonly trick: Trick;
  readonly names: readonly string[];
  readonly texts: readonly string[];
  /** Of each name, the readings of its characters in order: a character with two readings has both. */
  readonly sounds: readonly (readonly (readonly string[])[])[];
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, '');

const HAN = /\p{Script=Han}/u;

/** Readings of each character of a name, without tones; what is no Chinese character is read as it stands. */
const soundsOf = (name: string): string[][] =>
  [...plain(name)]
    .filter((char) => /[\p{Script=Han}a-z0-9]/u.test(char))
    .map((char) =>
      HAN.test(char)
        ? [
            ...new Set(
              (polyphonic(char, { toneType: 'none', type: 'array' })[0] ?? []).map((s) => s.replaceAll('ü', 'v')),
            ),
          ]
        : [char],
    );

/** True where the letters can be read from a place on: of each character its whole sound or a beginning of it. */
function readable(sounds: readonly (readonly string[])[], letters: string, at = 0): boolean {
  if (letters === '') return true;
  const here = sounds[at];
  if (!here) return false;
  return here.some((sound) => {
    for (let n = 1; n <= Math.min(sound.length, letters.length); n += 1) {
      if (!letters.startsWith(sound.slice(0, n))) return false;
      // Only the initial or the whole sound stands for a character; of the last one any beginning does.
      const counts = n === 1 || n === sound.length || n === letters.length;
      if (counts && readable(sounds, letters.slice(n), at + 1)) return true;
    }
    return false;
  });
}

const soundsLike = (sounds: readonly (readonly string[])[], letters: string): boolean =>
  sounds.some((_, at) => readable(sounds, letters, at));

/** An index over tricks; made once for a list, for reading characters costs more than the search. */
export function searchIndex(tricks: readonly Trick[], types: readonly FraudType[]): readonly Indexed[] {
  const typeOf = new Map(types.map((type) => [type.code, type]));
  return tricks.map((trick) => {
    const type = typeOf.get(trick.type);
    const names = [trick.nameZh, ...trick.variants, ...(type ? [type.nameZh] : [])];
    return {
      trick,
      names: [...names, trick.nameEn, trick.code, type?.nameEn ?? '', trick.type].map(plain),
      texts: [trick.mechanism.zh, trick.mechanism.en, ...trick.recognitionSigns, ...trick.advice].map(plain),
      sounds: names.map(soundsOf),
    };
  });
}

/**
 * Tricks that fit a question: by any part of a name or text, or by the pinyin of a name (initials such as `mcdw`, whole sounds,
 * or both mixed). Those whose own name fits come first, then other names and the type's, then the texts.
 */
export function search(index: readonly Indexed[], question: string): Trick[] {
  const q = plain(question);
  if (q === '') return index.map(({ trick }) => trick);
  const isLetters = /^[a-z]{2,40}$/.test(q);
  const rank = ({ names, texts, sounds }: Indexed): number => {
    if (names[0]!.includes(q)) return 0;
    if (isLetters && soundsLike(sounds[0]!, q)) return 1;
    if (names.some((name) => name.includes(q))) return 2;
    if (isLetters && sounds.some((sound) => soundsLike(sound, q))) return 3;
    return texts.some((text) => text.includes(q)) ? 4 : 5;
  };
  return index
    .map((one) => ({ trick: one.trick, rank: rank(one) }))
    .filter((one) => one.rank < 5)
    .sort((a, b) => a.rank - b.rank || a.trick.no - b.trick.no)
    .map((one) => one.trick);
}
