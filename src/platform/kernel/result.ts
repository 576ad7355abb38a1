/** An expected refusal is returned, typed; a surprise is thrown. */
export type Result<T, E extends string = string> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E; readonly detail?: unknown };

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const err = <E extends string>(error: E, detail?: unknown): { ok: false; error: E; detail?: unknown } => ({
  ok: false,
  error,
  detail,
});
