import { Problem } from '../api/problem';
import type zh from './texts.zh';
import type { Say } from './i18n';

/** What went wrong, in the reader's language; a code that the console has no words for is told as the server tells it. */
export function problemWords(error: unknown, say: Say<keyof typeof zh>): string {
  if (!(error instanceof Problem)) return say('internal');
  if (error.status === 0) return say('unreachable');
  if (error.status >= 500) return say('internal');
  if (error.status === 422 && error.errors.length > 0) return say('seeFields');
  const key = `error.${error.code}` as keyof typeof zh;
  const words = say(key, { seconds: error.retryAfterSeconds ?? 60 });
  return words === key ? error.message : words;
}
