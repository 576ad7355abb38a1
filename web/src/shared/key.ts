import { useState } from 'react';
import { newKey } from '../api/client';
import { Problem } from '../api/problem';

/** Whether the server has said what became of it: a lost answer, a failure and a session that is over say nothing. */
const isAnswer = (error: unknown): boolean =>
  error === null ||
  error === undefined ||
  (error instanceof Problem &&
    error.status > 0 &&
    error.status < 500 &&
    error.status !== 401 &&
    error.code !== 'in_progress');

/**
 * The `Idempotency-Key` of a form that can cause a message: the same one for every press until one was answered, so that pressing
 * again after a lost answer does not do it twice.
 */
export function useKeyUntilAnswered() {
  const [kept] = useState(() => {
    let key = newKey();
    return {
      current: () => key,
      answered(error?: unknown) {
        if (isAnswer(error)) key = newKey();
      },
    };
  });
  return kept;
}
