import type { TaskView } from '../../api/types';
import type zh from './texts.zh';

/** What can be said of a task of each kind, the good end first. */
export const OUTCOMES: Readonly<Record<TaskView['kind'], readonly string[]>> = {
  post: ['posted', 'declined'],
  visit: ['met', 'notMet', 'declined'],
  call: ['reached', 'notReached'],
};

/** The key of an outcome's words: one declines a post otherwise than a visit. */
export const outcomeKey = (kind: TaskView['kind'], outcome: string): keyof typeof zh =>
  (outcome === 'declined' ? `outcome.declined.${kind}` : `outcome.${outcome}`) as keyof typeof zh;

/** What a field worker says of a task. */
export interface Report {
  readonly outcome: string;
  readonly note?: string;
  readonly place?: string;
  readonly appInstalled?: boolean;
}

/** Overdue first, then by when they are due. */
export const byDue = (a: TaskView, b: TaskView): number => a.due.localeCompare(b.due) || a.id.localeCompare(b.id);
