import { invalidInput, parseInstant, type CountyTime, type InputMistake } from '../platform/index.js';
import type { Period } from './entries.service.js';

interface Words {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Reads the period of a question: county days (`2026-12-01`) or instants with an offset. Throws `invalid_input` with the place. */
export function readPeriod(county: CountyTime, words: Words): Period {
  const mistakes: InputMistake[] = [];
  const read = (field: 'from' | 'to'): number | undefined => {
    const text = words[field];
    if (text === undefined) return undefined;
    const at = county.midnight(text) ?? parseInstant(text);
    if (at === null)
      mistakes.push({
        path: `/${field}`,
        code: 'invalid_date',
        message: 'a day (2026-12-01) or an instant with its offset',
      });
    return at ?? undefined;
  };
  const period = { from: read('from'), to: read('to') };
  if (mistakes.length > 0) throw invalidInput(mistakes);
  return period;
}
