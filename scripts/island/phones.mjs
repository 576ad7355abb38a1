/**
 * Numbers of people who do not exist. A mobile has four zeros in its middle (or 0001 and on, where those are used up), so that
 * anybody sees that it is made up; each stands once.
 */

/** Mainland ranges that take texts; the product's own pattern accepts every one of them. */
const PREFIXES = [
  ...[130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 145, 147, 149, 150, 151, 152, 153, 155, 156, 157, 158, 159],
  ...[162, 165, 166, 167, 170, 171, 172, 173, 175, 176, 177, 178, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189],
  ...[190, 191, 192, 193, 195, 196, 197, 198, 199],
];
/** The simulator keeps the endings 0000 to 0007 for numbers with a fixed fate. */
const FIRST_ENDING = 8;
const ENDINGS = 10_000 - FIRST_ENDING;
/** Coprime to ENDINGS, so that neighbours in the list do not have neighbouring numbers and all endings are used. */
const STRIDE = 6_151;

/** Hands out numbers, one after the other; the same book gives the same numbers. */
export class PhoneBook {
  #mobiles = 0;
  #landlines = 0;
  #foreign = 0;

  /** `13800004711` */
  mobile() {
    const n = this.#mobiles++;
    const turn = Math.floor(n / PREFIXES.length);
    const ending = FIRST_ENDING + ((turn * STRIDE) % ENDINGS);
    const middle = String(Math.floor(turn / ENDINGS)).padStart(4, '0');
    return `${PREFIXES[n % PREFIXES.length]}${middle}${String(ending).padStart(4, '0')}`;
  }

  /** `0580-7000123`, as files write it. */
  landline() {
    return `0580-7${String(this.#landlines++).padStart(6, '0')}`;
  }

  foreign() {
    return `+8529000${String(this.#foreign++).padStart(4, '0')}`;
  }
}

/** What people type into the cell of a phone when they have none to hand. */
export const NO_NUMBERS = ['1380000123', '12345678901', '待补', '138000O1234', '000'];
