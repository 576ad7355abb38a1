import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';
import { withoutNumbers } from '../kernel/index.js';
import { invalidInput, type InputMistake } from './problem.js';

type PathPart = PropertyKey | { readonly key: PropertyKey };

/** A JSON Pointer (RFC 6901) of a schema's path. */
export const pointer = (path: readonly PathPart[] | undefined): string =>
  (path ?? [])
    .map((part) => (typeof part === 'object' ? part.key : part))
    // A key is typed by the caller, too: a list keyed by phone must not come back in an error.
    .map((part) => (typeof part === 'string' ? withoutNumbers(part) : String(part)))
    .map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

interface Issue {
  readonly message: string;
  readonly path?: readonly PathPart[];
  readonly code?: unknown;
  readonly params?: { readonly code?: unknown };
}

const mistake = (issue: Issue): InputMistake => ({
  path: pointer(issue.path),
  code: String(issue.params?.code ?? issue.code ?? 'invalid'),
  // Where a key is unknown the message repeats it.
  message: issue.code === 'unrecognized_keys' ? withoutNumbers(issue.message) : issue.message,
});

/** Validates every `@Body({ schema })` and `@Query({ schema })`; refuses with 422 and each mistake in its place. */
export const inputPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => invalidInput((issues as readonly Issue[]).map(mistake)),
  });

/** Validates a value that did not come through a decorator (a form field, a file's content). */
export function readInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value);
  if (!read.success) throw invalidInput(read.error.issues.map((issue) => mistake(issue as Issue)));
  return read.data;
}
