/** One mistake of an input, as the server tells it: where (a JSON Pointer), which, and what to do about it. */
export interface FieldMistake {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What the server refused (`application/problem+json`); `status` 0 where it could not be reached at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: readonly FieldMistake[] = [],
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail);
  }
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly FieldMistake[];
}

/** Reads a refusal; an answer that is no problem document is told by its status. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  const wait = Number(response.headers.get('retry-after'));
  return new Problem(
    response.status,
    body.code ?? 'unknown',
    body.detail ?? `HTTP ${response.status}`,
    body.errors ?? [],
    Number.isFinite(wait) && wait > 0 ? wait : null,
  );
}

/** `/channels/0/after` → `['channels', 0, 'after']`: how a form names the field. */
export const fieldPath = (pointer: string): (string | number)[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
