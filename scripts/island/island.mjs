import { arrivalsBefore } from './arrivals.mjs';
import { chanceOf } from './chance.mjs';
import { groupChats } from './chats.mjs';
import { migrants, locals } from './residents.mjs';
import { month } from './month.mjs';
import { NO_NUMBERS, PhoneBook } from './phones.mjs';
import { chooseSpecial } from './special.mjs';

/** The island of the usual size; `people` scales all of it. */
const USUAL = { locals: 6000, migrants: 1200, arrivals: 900, special: 320, wechat: 40, zhezhengding: 12, wecom: 8 };

/** People of the list of the usual size: those in special groups are locals or migrants, too. */
export const USUAL_PEOPLE = USUAL.locals + USUAL.migrants + USUAL.arrivals;

/**
 * @typedef {object} Island
 * @property {import('./residents.mjs').Person[]} people the list that is imported, with the rows that are wrong in it
 * @property {{ invalidPhones: number, repeatedRows: number }} mistakes how many of its rows cannot be taken
 * @property {import('./month.mjs').Happening[]} happenings of the month, in order
 * @property {import('./chats.mjs').Chat[]} chats
 * @property {string[]} optOuts external ids
 * @property {{ locals: number, migrants: number, arrivals: number, special: number, newcomers: number }} counts
 */

/**
 * Makes a synthetic island: who lives there, who is visiting, who comes, goes and registers during a month. The same options
 * give the same island. Nobody in it exists.
 *
 * @param {{ seed?: number, people?: number, start: number, end: number }} options `start` and `end` of the month, epoch ms
 * @returns {Island}
 */
export function makeIsland({ seed = 1, people = USUAL_PEOPLE, start, end }) {
  const factor = people / USUAL_PEOPLE;
  const scaled = Object.fromEntries(
    Object.entries(USUAL).map(([name, n]) => [name, Math.max(1, Math.round(n * factor))]),
  );
  const phones = new PhoneBook();
  const home = locals({ seed, count: scaled.locals, now: start, phones });
  const settled = migrants({ seed, count: scaled.migrants, now: start, phones });
  const residents = [...home, ...settled];
  const special = chooseSpecial(residents, { seed, count: scaled.special, now: start });
  const visitors = arrivalsBefore({ seed, count: scaled.arrivals, start, phones });
  const { happenings, newcomers } = month({
    seed,
    factor,
    start,
    end,
    phones,
    residents,
    migrantCount: scaled.migrants,
    visitors,
  });
  const listed = [...residents, ...visitors.map(({ person }) => person)];
  const wrong = mistakes(chanceOf(seed, 'mistakes'), listed, factor);
  return {
    people: wrong.people,
    mistakes: wrong.counts,
    happenings,
    chats: groupChats({ seed, ...scaled }),
    optOuts: optOuts(chanceOf(seed, 'opt-outs'), listed),
    counts: {
      locals: home.length,
      migrants: settled.length,
      arrivals: visitors.length,
      special,
      newcomers: newcomers.length,
    },
  };
}

/** What every real list has: rows whose phone is no phone, and people who stand in it twice, differently. They come on top. */
function mistakes(chance, listed, factor) {
  const n = Math.max(1, Math.round(9 * factor));
  const invalid = Array.from({ length: n }, (_, i) => ({
    ...chance.pick(listed),
    externalId: `X${String(i + 1).padStart(6, '0')}`,
    phone: NO_NUMBERS[i % NO_NUMBERS.length],
    guardianOf: '',
  }));
  const repeated = chance
    .some(listed, Math.max(1, Math.round(5 * factor)))
    .map((one) => ({ ...one, name: `${one.name}（新）` }));
  return {
    people: [...listed, ...invalid, ...repeated],
    counts: { invalidPhones: invalid.length, repeatedRows: repeated.length },
  };
}

/** About one in a hundred of those with a number had said before that they want no such message. */
const optOuts = (chance, listed) =>
  listed.filter(({ phone }) => /^1/.test(phone) && chance.is(0.011)).map(({ externalId }) => externalId);
