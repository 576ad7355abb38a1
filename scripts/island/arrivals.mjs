import { chanceOf } from './chance.mjs';
import { DAY, HOUR, midnight, minuteText } from './county-time.mjs';
import { chineseName, foreignName } from './names.mjs';
import { FERRIES, TOWNSHIPS } from './places.mjs';
import { bornFor, person } from './residents.mjs';

const VISITOR_AGES = [
  [[14, 17], 3],
  [[18, 29], 36],
  [[30, 44], 34],
  [[45, 59], 18],
  [[60, 74], 9],
];

/**
 * Somebody who comes by ferry: a tourist, a fitter, a cousin. A few speak English and a few have a number from abroad.
 *
 * @param {import('./chance.mjs').Chance} chance
 * @param {{ i: number, now: number, phones: import('./phones.mjs').PhoneBook }} island
 */
export function newVisitor(chance, { i, now, phones }) {
  const gender = chance.pick(['男', '女']);
  const speaksEnglish = chance.is(0.02);
  const township = chance.weighed(TOWNSHIPS.map((t) => [t, t.visitors]));
  const phone = chance.is(speaksEnglish ? 0.35 : 0.006) ? phones.foreign() : chance.is(0.985) ? phones.mobile() : '';
  return person({
    externalId: `A${String(i + 1).padStart(6, '0')}`,
    name: speaksEnglish ? foreignName(chance) : chineseName(chance, gender),
    gender,
    birthDate: bornFor(chance, chance.int(...chance.weighed(VISITOR_AGES)), now),
    phone,
    township: township.name,
    language: speaksEnglish ? 'en' : '',
  });
}

/** How long somebody stays, in days: most over a weekend, some for a job. */
export const stayOf = (chance) =>
  chance.weighed([
    [1, 2],
    [2, 5],
    [3, 4],
    [4, 2],
    [6, 1],
    [9, 1],
    [14, 0.6],
  ]);

/** The boat on which somebody sails, morning to afternoon. */
export const boatOf = (chance) => chance.weighed(FERRIES.map((ferry) => [ferry, ferry.weight * ferry.goes])).lands;

/**
 * Those who came in the days before the month and are still here, or have just left.
 *
 * @param {{ seed: number, count: number, start: number, phones: import('./phones.mjs').PhoneBook }} island
 * @returns {{ person: import('./residents.mjs').Person, departs: number }[]}
 */
export function arrivalsBefore({ seed, count, start, phones }) {
  const chance = chanceOf(seed, 'arrivals');
  return Array.from({ length: count }, (_, i) => {
    const visitor = newVisitor(chance, { i, now: start, phones });
    const came = midnight(start) - chance.int(1, 6) * DAY + boatOf(chance);
    const departs = midnight(came) + stayOf(chance) * DAY + boatOf(chance);
    const isGone = departs < start;
    const isBooked = isGone || chance.is(0.55);
    visitor.populations = ['入岛人员'];
    visitor.arrivedAt = minuteText(came);
    visitor.departsAt = isBooked ? minuteText(Math.max(departs, came + HOUR)) : '';
    return { person: visitor, departs };
  });
}
