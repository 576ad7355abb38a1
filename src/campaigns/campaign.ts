import { states } from '../platform/kernel/index.js';

/** The life of a campaign. `approved` may wait; only `active` makes runs. */
export const campaignStates = states({
  initial: 'draft',
  moves: {
    draft: ['inReview', 'cancelled'],
    inReview: ['approved', 'draft', 'cancelled'],
    approved: ['active', 'cancelled'],
    active: ['paused', 'ended', 'cancelled'],
    paused: ['active', 'ended', 'cancelled'],
    ended: [],
    cancelled: [],
  },
});
export type CampaignStatus = keyof typeof campaignStates.moves;

/** The life of one version of a campaign's definition: `approved` is in force until a later one replaces it. */
export const versionStates = states({
  initial: 'draft',
  moves: { draft: ['inReview'], inReview: ['approved', 'draft'], approved: ['replaced'], replaced: [] },
});
export type VersionStatus = keyof typeof versionStates.moves;

/** The same value always as the same text: keys in order, absent ones left out. What a digest is taken of. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const parts = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`);
  return `{${parts.join(',')}}`;
}

/** A field in which two definitions differ; `null` where one of them does not name it. */
export interface Change {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What a definition changes of another one, field by field in alphabetical order. */
export function changesBetween(before: object, after: object): Change[] {
  const [a, b] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => canonicalJson(a[field]) !== canonicalJson(b[field]))
    .sort()
    .map((field) => ({ field, before: a[field] ?? null, after: b[field] ?? null }));
}

/** True where `read` is within `tolerance` (0.1 = 10 %) of the number that the pre-flight counted. */
export const withinMagnitude = (read: number, counted: number, tolerance: number): boolean =>
  Math.abs(read - counted) <= counted * tolerance + 1e-9;

/** Who must not approve a version: whoever made the campaign, edited this version or submitted it. */
export const isOwnWork = (
  userId: string,
  of: { readonly createdBy: string; readonly editors: readonly string[]; readonly submittedBy: string | null },
): boolean => of.createdBy === userId || of.submittedBy === userId || of.editors.includes(userId);
