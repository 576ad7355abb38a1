import type { Say } from '../../../app/i18n';
import type zh from '../texts.zh';

/** Where a condition stands, for who hears it: `条件 1.2` is the second of the first group. */
export const placeWords = (path: readonly number[], t: Say<keyof typeof zh>): string =>
  path.length === 0 ? t('rule.whole') : t('rule.place', { place: path.map((index) => index + 1).join('.') });
