import type { Command } from 'commander';
import { ConfigError, Problem, type InputMistake } from '../platform/index.js';

/** What a command has to say: `data` for programs (`--json`), `text` for people. */
export interface Answer {
  readonly data: unknown;
  readonly text: string;
  /** The answer is no: exit 1. */
  readonly isBad?: boolean;
}

/** The command cannot be done: exit 1 with this line. */
export class Refusal extends Error {}

/** The words are not understood: exit 2 with this line. */
export class WrongWords extends Error {}

/** Adds a command under its parent, with `--json` and `--help` like every other. */
export const command = (parent: Command, words: string, description: string): Command =>
  parent.command(words).description(description).option('--json', 'answer as one JSON object, for programs');

/** Turns what does the work into commander's action: prints the answer and sets the exit code. */
export const answering =
  <A extends unknown[]>(work: (...args: A) => Promise<Answer>) =>
  async (...args: A): Promise<void> => {
    // commander adds the command itself as the last argument.
    const asked = (args as unknown[]).at(-1) as Command;
    const { data, text, isBad = false } = await work(...args);
    const shown = asked.opts<{ json?: boolean }>().json ? JSON.stringify(data) : text;
    process.stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
    if (isBad) process.exitCode = 1;
  };

export const mistakeLines = (mistakes: readonly InputMistake[]): string =>
  mistakes.map(({ path, message }) => `${path === '' || path === '/' ? '' : `${path}: `}${message}`).join('; ');

/** An error as it is told to a person: what is wrong, without a stack. */
export function errorText(error: unknown): string {
  if (error instanceof Problem) {
    const mistakes = error.extra.errors as readonly InputMistake[] | undefined;
    return mistakes && mistakes.length > 0 ? mistakeLines(mistakes) : error.detail;
  }
  if (!(error instanceof Error)) return 'something failed, and it does not say what';
  if (error instanceof ConfigError || error instanceof Refusal || error instanceof WrongWords) return error.message;
  // A host with two addresses (::1 and 127.0.0.1) that refuses on both answers with an error of errors and no text.
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : null;
  if (inner instanceof Error) return errorText(inner);
  const code = (error as { code?: unknown }).code;
  return error.message.split('\n')[0] || (typeof code === 'string' ? code : error.name);
}
