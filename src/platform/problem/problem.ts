import { HttpException } from '@nestjs/common';

/** One mistake of an input: where (a JSON Pointer), which (a stable code), and what to do about it. */
export interface InputMistake {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** An answer of RFC 9457 with a stable `code`; thrown by controllers, never by services. */
export class Problem extends HttpException {
  constructor(
    status: number,
    readonly code: string,
    readonly detail: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super({ code, detail }, status);
  }
}

export const invalidInput = (errors: readonly InputMistake[]): Problem =>
  new Problem(
    422,
    'invalid_input',
    errors.length === 1 ? errors[0]!.message : `${errors.length} mistakes in the input`,
    { errors },
  );

export const notFound = (): Problem =>
  new Problem(404, 'not_found', 'There is no such thing, or it is not yours to see.');

export const conflict = (code: string, detail: string, extra?: Record<string, unknown>): Problem =>
  new Problem(409, code, detail, extra);
