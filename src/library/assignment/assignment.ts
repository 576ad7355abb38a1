import { inTurn, atRandom } from './in-turn.js';
import { perPerson } from './per-person.js';
import { NO_SCRIPT, settingOf, type Assign, type AssignmentOptions } from './setting.js';
import { weighted } from './weighted.js';

export type { Assigned, AssignmentOptions, Recipient } from './setting.js';

/**
 * The rule of a run, ready to be asked for each recipient: deterministic for (run's seed, recipient's key, what they heard).
 * `fixed` and `rotate` by occurrence give everybody the same trick; `fixed` at random each one of the named; `rotate` by person
 * the one not heard for longest; `weighted` and `riskMatrix` draw by weight among those not heard within the matrix's window.
 */
export function assigner(options: AssignmentOptions): Assign {
  const setting = settingOf(options);
  if (setting.tricks.length === 0) return () => NO_SCRIPT;
  const { policy, order } = options.assignment;
  switch (policy) {
    case 'fixed':
      return order === 'random' ? atRandom(setting) : inTurn(setting);
    case 'rotate':
      return byOccurrence(options) ? inTurn(setting) : perPerson(setting);
    case 'weighted':
    case 'riskMatrix':
      return weighted(setting);
    default:
      return policy satisfies never;
  }
}

/** True where everybody gets the same trick in a run. */
export const byOccurrence = ({ assignment, channel }: Pick<AssignmentOptions, 'assignment' | 'channel'>): boolean =>
  (assignment.by ?? (channel === 'chat' ? 'occurrence' : 'person')) === 'occurrence';
