import { Problem } from '../../api/problem';
import type { Report } from './outcomes';

/** A report that the server has not heard yet: the task's id, what was said and when, and nothing of the task itself. */
export interface KeptReport {
  readonly taskId: string;
  readonly report: Report;
  /** When it was tapped. */
  readonly at: string;
}

/** What became of a report that was sent. `keep`: nobody said; it is sent again. */
export type Fate = 'done' | 'refused' | 'keep';

/** A refusal is an answer; no network, a server that is down or busy, and a session that is over are none. */
export function fateOf(error: unknown): Fate {
  if (!(error instanceof Problem)) return 'keep';
  return [403, 404, 409, 422].includes(error.status) ? 'refused' : 'keep';
}

const place = (userId: string) => `tidecall.reports.${userId}`;

/** What this device keeps for one field worker. */
export const keptReports = {
  read: (userId: string): readonly KeptReport[] =>
    JSON.parse(window.localStorage.getItem(place(userId)) ?? '[]') as KeptReport[],

  /** A second word about the same task replaces the first. */
  keep(userId: string, kept: KeptReport): void {
    write(userId, [...keptReports.read(userId).filter((k) => k.taskId !== kept.taskId), kept]);
  },

  drop(userId: string, taskId: string): void {
    write(
      userId,
      keptReports.read(userId).filter((k) => k.taskId !== taskId),
    );
  },
};

function write(userId: string, kept: readonly KeptReport[]): void {
  if (kept.length === 0) window.localStorage.removeItem(place(userId));
  else window.localStorage.setItem(place(userId), JSON.stringify(kept));
}
