import { chanceOf } from './chance.mjs';
import { DAY, dateText } from './county-time.mjs';
import { chineseName } from './names.mjs';
import { SCHOOLS, TOWNSHIPS, UPPER_SCHOOLS } from './places.mjs';

/**
 * A person as the product's API and its import know one; `registeredAt` and the stay are texts as a list writes them.
 *
 * @typedef {object} Person
 * @property {string} externalId
 * @property {string} name
 * @property {string} phone empty where there is none
 * @property {'男' | '女'} gender
 * @property {string} birthDate
 * @property {string} township its name
 * @property {string} community
 * @property {string[]} populations
 * @property {string[]} tags as officers write them
 * @property {string} registeredAt
 * @property {string} arrivedAt
 * @property {string} departsAt
 * @property {string} language
 * @property {string} school
 * @property {string} guardianOf
 */

/** Ages of the locals, as an island has them: few children, many elders. */
const LOCAL_AGES = [
  [[6, 13], 5],
  [[14, 17], 3],
  [[18, 29], 11],
  [[30, 44], 21],
  [[45, 59], 31],
  [[60, 74], 21],
  [[75, 92], 8],
];
const MIGRANT_AGES = [
  [[18, 29], 30],
  [[30, 44], 40],
  [[45, 59], 26],
  [[60, 66], 4],
];
/** What some locals are, apart from any special group. */
const TRADES = [
  ['', 62],
  ['渔民', 12],
  ['网购人群', 8],
  ['个体工商户', 7],
  ['机关单位职工', 6],
  ['居家带娃', 3],
  ['财务人员', 2],
];

const numbered = (letter, i) => `${letter}${String(i + 1).padStart(6, '0')}`;

/** @returns {Person} */
export const person = (given) => ({
  phone: '',
  community: '',
  populations: [],
  tags: [],
  registeredAt: '',
  arrivedAt: '',
  departsAt: '',
  language: '',
  school: '',
  guardianOf: '',
  ...given,
});

/** A birth date of somebody who is `age` at `now`. */
export const bornFor = (chance, age, now) => dateText(now - age * 365.25 * DAY - chance.int(1, 364) * DAY);

export const ageOf = ({ birthDate }, now) => Math.floor((now - Date.parse(birthDate)) / (365.25 * DAY));

const aged = (chance, ages) => chance.int(...chance.weighed(ages));

/** Elders often have only the telephone in the hall; children a watch or nothing. */
function phoneFor(chance, age, phones) {
  if (age < 14) return chance.is(0.3) ? phones.mobile() : '';
  if (age < 18) return chance.is(0.92) ? phones.mobile() : '';
  if (age >= 65 && chance.is(0.24)) return chance.is(0.9) ? phones.landline() : '';
  return chance.is(0.995) ? phones.mobile() : '';
}

/**
 * The locals: of every age, some of the children with a guardian among the grown-ups of their township.
 *
 * @param {{ seed: number, count: number, now: number, phones: import('./phones.mjs').PhoneBook }} island
 * @returns {Person[]}
 */
export function locals({ seed, count, now, phones }) {
  const chance = chanceOf(seed, 'locals');
  const shares = TOWNSHIPS.map((township) => [township, township.share]);
  const people = Array.from({ length: count }, (_, i) => {
    const gender = chance.pick(['男', '女']);
    const age = aged(chance, LOCAL_AGES);
    const township = chance.weighed(shares);
    const trade = age >= 18 && age < 65 ? chance.weighed(TRADES) : '';
    return person({
      externalId: numbered('L', i),
      name: chineseName(chance, gender),
      gender,
      birthDate: bornFor(chance, age, now),
      phone: phoneFor(chance, age, phones),
      township: township.name,
      community: chance.pick(township.communities),
      populations: ['本地居民'],
      tags: trade ? [trade] : age >= 65 ? ['老年人'] : [],
      school: age < 14 ? chance.pick(SCHOOLS) : age < 18 ? chance.pick(UPPER_SCHOOLS) : '',
    });
  });
  giveGuardians(chanceOf(seed, 'guardians'), people, now);
  return people;
}

function giveGuardians(chance, people, now) {
  const grown = new Map(TOWNSHIPS.map(({ name }) => [name, []]));
  for (const one of people) {
    const age = ageOf(one, now);
    if (age >= 26 && age < 56 && /^1/.test(one.phone)) grown.get(one.township).push(one);
  }
  for (const child of people) {
    if (ageOf(child, now) >= 14) continue;
    child.tags = ['学生'];
    const around = grown.get(child.township);
    if (around.length === 0 || chance.is(0.12)) continue;
    const [guardian] = around.splice(chance.int(0, around.length - 1), 1);
    guardian.guardianOf = child.externalId;
    guardian.tags = [...new Set([...guardian.tags, '家长'])];
    child.name = guardian.name[0] + child.name.slice(1);
  }
}

/**
 * The migrants: registered over the last ten years, most of them lately; a few share a phone with somebody in their room.
 *
 * @param {{ seed: number, count: number, now: number, phones: import('./phones.mjs').PhoneBook }} island
 * @returns {Person[]}
 */
export function migrants({ seed, count, now, phones }) {
  const chance = chanceOf(seed, 'migrants');
  const people = Array.from({ length: count }, (_, i) => newMigrant(chance, { i, now, phones }));
  for (const [i, one] of people.entries()) {
    const years = 10 * chance.next() ** 2.5;
    one.registeredAt = dateText(now - years * 365 * DAY - DAY);
    if (i > 0 && chance.is(0.006)) one.phone = people[i - 1].phone;
  }
  return people;
}

/** One migrant without a registration; those who register during the month are made so, too. */
export function newMigrant(chance, { i, now, phones }) {
  const gender = chance.weighed([
    ['男', 6],
    ['女', 4],
  ]);
  const township = chance.weighed(TOWNSHIPS.map((t) => [t, t.share + t.visitors]));
  return person({
    externalId: numbered('M', i),
    name: chineseName(chance, gender),
    gender,
    birthDate: bornFor(chance, aged(chance, MIGRANT_AGES), now),
    phone: chance.is(0.99) ? phones.mobile() : '',
    township: township.name,
    community: chance.pick(township.communities),
    populations: ['流动人口'],
    tags: chance.is(0.15) ? ['网购人群'] : [],
  });
}
