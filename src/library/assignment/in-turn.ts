import { fraction, hash32, paired } from './draw.js';
import { answer, NO_SCRIPT, scriptFor, variantDraw, type Assign, type Setting } from './setting.js';
import { openWhy } from './why.js';

/** Today's trick for all, and of its variants the same for all, so that the desk can hold today's texts in its hand. */
export function inTurn(setting: Setting): Assign {
  const { tricks, shelved, turn, assignment } = setting;
  const n = tricks.length;
  const draw = fraction(paired(hash32('turn'), turn));
  const first = ((turn % n) + n) % n;
  // A trick without a script gives its day to the next one, so that a retired script does not shift all days after it.
  const order = tricks.map((_, step) => (first + step) % n).filter((i) => shelved[i]);
  const whys = tricks.map((_, i) =>
    openWhy(assignment.policy === 'fixed' ? { p: 'fixed', n, i } : { p: 'rotate', by: 'occurrence', n, i }),
  );
  return (recipient) => {
    const profile = setting.profileOf(recipient);
    for (const i of order) {
      const script = scriptFor(setting, recipient, { trick: tricks[i]!, audiences: profile.audiences, draw });
      if (script) return answer(setting, recipient, { script, profile, why: whys[i]! });
    }
    return NO_SCRIPT;
  };
}

const AT_RANDOM = 0x66697865;

/** One of the named tricks at random for each recipient and run, each as likely. */
export function atRandom(setting: Setting): Assign {
  const { tricks, shelved, seedHash } = setting;
  const n = tricks.length;
  const open = tricks.flatMap((_, i) => (shelved[i] ? [i] : []));
  const whys = tricks.map((_, i) => openWhy({ p: 'fixed', n, i, r: 1 }));
  return (recipient) => {
    const profile = setting.profileOf(recipient);
    const first = Math.floor(fraction(paired(hash32(recipient.key, AT_RANDOM), seedHash)) * open.length);
    const draw = variantDraw(setting, recipient);
    for (let step = 0; step < open.length; step += 1) {
      const i = open[(first + step) % open.length]!;
      const script = scriptFor(setting, recipient, { trick: tricks[i]!, audiences: profile.audiences, draw });
      if (script) return answer(setting, recipient, { script, profile, why: whys[i]! });
    }
    return NO_SCRIPT;
  };
}
