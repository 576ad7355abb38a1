/** When the opt-out suffix goes out with an SMS: with each, with a phone's first of a county month, or with none. */
export type SuffixWhen = 'every' | 'monthly' | 'never';

/** A phone (its blind index) in a county month (202611). */
export const suffixKey = (addressKey: string, month: number): string => `${month}:${addressKey}`;

/** True where the suffix goes with this SMS; `hasHadIt`: an earlier one of the same month to the same phone carried it. */
export function carriesSuffix(when: SuffixWhen, hasHadIt: boolean): boolean {
  switch (when) {
    case 'every':
      return true;
    case 'monthly':
      return !hasHadIt;
    case 'never':
      return false;
    default:
      return when satisfies never;
  }
}
