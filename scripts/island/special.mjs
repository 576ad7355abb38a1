import { chanceOf } from './chance.mjs';
import { ageOf } from './residents.mjs';

/** The special groups: what officers call them, how many of a hundred, and who can be in one. */
const GROUPS = [
  { tag: '民宿业主', share: 22, fits: (age) => age >= 24 && age < 66 },
  { tag: '企业业主', share: 15, fits: (age) => age >= 28 && age < 66 },
  { tag: '离异女性', share: 13, fits: (age, { gender }) => gender === '女' && age >= 26 && age < 60 },
  { tag: '学生', share: 12, fits: (age) => age >= 14 && age < 24 },
  { tag: '老年人', share: 20, fits: (age) => age >= 65 },
  { tag: '餐饮业主', share: 8, fits: (age) => age >= 24 && age < 66 },
  { tag: '有贷款需求', share: 5, fits: (age) => age >= 20 && age < 60 },
  { tag: '曾受骗人员', share: 5, fits: (age) => age >= 18 },
];

/**
 * Puts `count` of the residents into special groups; they stay locals or migrants, too. Every group that somebody fits has
 * somebody.
 *
 * @param {import('./residents.mjs').Person[]} residents changed in place
 * @param {{ seed: number, count: number, now: number }} island
 * @returns {number} how many were found
 */
export function chooseSpecial(residents, { seed, count, now }) {
  const chance = chanceOf(seed, 'special');
  const open = new Set(residents.filter((one) => one.guardianOf === '' && ageOf(one, now) >= 14));
  let chosen = 0;
  for (const { tag, share, fits } of [...GROUPS].reverse()) {
    const wanted = tag === GROUPS[0].tag ? count - chosen : Math.round((count * share) / 100);
    const fitting = [...open].filter((one) => fits(ageOf(one, now), one));
    for (const one of chance.some(fitting, Math.max(0, wanted))) {
      open.delete(one);
      one.populations = [...one.populations, '特殊人群'];
      one.tags = [...new Set([...one.tags, tag])];
      chosen += 1;
    }
  }
  return chosen;
}
