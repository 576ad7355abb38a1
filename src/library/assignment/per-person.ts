import { hash32, paired } from './draw.js';
import {
  answer,
  bitsOf,
  daysAgo,
  hearing,
  NO_SCRIPT,
  scriptFor,
  variantDraw,
  type Assign,
  type Setting,
} from './setting.js';

/**
 * The trick that this recipient has not heard for longest: those never heard come first, and among equals each recipient has
 * an order of their own that stays, so that a county spreads over all tricks and nobody hears one twice in a round.
 * A group chat keeps no memory of its own; it walks its order by the day.
 */
export function perPerson(setting: Setting): Assign {
  const { tricks, hashes, shelved, channel, turn } = setting;
  const n = tricks.length;
  const round = shelved.reduce((sum, flag) => sum + flag, 0);
  if (round === 0) return () => NO_SCRIPT;
  const walked = channel === 'chat' ? ((turn % round) + round) % round : 0;
  const hear = hearing(setting);
  /** 1 for those that may still be chosen, and for those of them among which only the recipient's own order decides. */
  const open = new Uint8Array(n);
  const candidates = new Uint8Array(n);
  const best = (own: number, heard: Float64Array): number => {
    let chosen = -1;
    let rank = 0;
    let oldest = Infinity;
    candidates.fill(0);
    for (let i = 0; i < n; i += 1) {
      const at = heard[i]!;
      if (open[i] === 0 || at > oldest) continue;
      const its = paired(own, hashes[i]!);
      if (at < oldest) {
        oldest = at;
        candidates.fill(0, 0, i);
        chosen = -1;
      }
      candidates[i] = 1;
      if (chosen < 0 || its < rank) {
        chosen = i;
        rank = its;
      }
    }
    return chosen;
  };
  const begin = `{"p":"rotate","by":"person","n":${n},"heard":`;
  return (recipient) => {
    const heard = hear(recipient);
    open.set(shelved);
    const profile = setting.profileOf(recipient);
    const own = hash32(recipient.key);
    const draw = variantDraw(setting, recipient);
    for (let step = 0; step < walked; step += 1) open[best(own, heard)] = 0;
    for (let i = best(own, heard); i >= 0; i = best(own, heard)) {
      const script = scriptFor(setting, recipient, { trick: tricks[i]!, audiences: profile.audiences, draw });
      if (script) {
        // A chat has no memory, so its day says it all.
        const among = channel === 'chat' ? '' : `,"o":"${bitsOf(candidates)}"`;
        const why = `${begin}${daysAgo(setting, heard[i]!)}${among}`;
        return answer(setting, recipient, { script, profile, why });
      }
      open[i] = 0;
    }
    return NO_SCRIPT;
  };
}
