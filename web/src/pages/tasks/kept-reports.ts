import { Problem } from '../../api/problem';
import type { Report } from './outcomes';

/** A report that the server has not heard yet: the task's id, what was said and when, and nothing of the task itself. */
export interface KeptReport {
  readonly taskId: string;
  readonly report: Report;
  /** When it was tapped. */
  readonly at: string;
}

/** What became of a report that was kept. `keep`: nobody said yet, or it is too early by the server's clock; it is sent again. */
export type Fate = 'done' | 'refused' | 'keep';

/** Of what was kept only this is final: it is no longer this worker's task, or was reported already. */
export const fateOf = (error: unknown): Fate =>
  error instanceof Problem && (error.status === 404 || error.status === 409) ? 'refused' : 'keep';

/** Whether the server has answered a report that was just tapped: no network, a server that is down or busy, and a session that is over are no answer. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof Problem && [403, 404, 409, 422].includes(error.status) && error.code !== 'csrf_token_missing';

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
