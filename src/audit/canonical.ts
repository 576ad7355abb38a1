/**
 * JSON with sorted keys and no spaces, so that the same value always gives the same text, and the same hash anywhere.
 * Keys sort by UTF-16 code units and numbers print as ECMAScript prints them (RFC 8785). Fields without a value are left out.
 * Throws a TypeError for what JSON cannot say (NaN, bigint, a function), for an entry that lost a number would prove nothing.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((v: unknown) => canonical(v ?? null)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no canonical form`);
  const fields = Object.entries(value).filter(([, v]) => v !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
}
