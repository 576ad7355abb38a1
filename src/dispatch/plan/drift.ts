/** How many people and group chats a campaign's segments select, whoever's turn it is. */
export interface Audience {
  readonly people: number;
  readonly chats: number;
}

export type Drift = 'within' | 'alarm' | 'beyond';

/** Reads what a pre-flight kept; null where it kept none. */
export function audienceOf(preflight: Readonly<Record<string, unknown>> | null): Audience | null {
  const kept = preflight?.audience as Partial<Audience> | undefined;
  return kept && Number.isFinite(kept.people) && Number.isFinite(kept.chats)
    ? { people: Number(kept.people), chats: Number(kept.chats) }
    : null;
}

/**
 * How far an audience has strayed from the approved one: `alarm` by more than that share either way, `beyond` where it has
 * grown to more than `suspend` times. An audience that shrinks reaches nobody who was not approved.
 */
export function driftOf(approved: Audience, now: Audience, limits: { alarm: number; suspend: number }): Drift {
  const pairs = [
    [approved.people, now.people],
    [approved.chats, now.chats],
  ] as const;
  if (pairs.some(([before, after]) => after > before * limits.suspend)) return 'beyond';
  return pairs.some(([before, after]) => Math.abs(after - before) > before * limits.alarm) ? 'alarm' : 'within';
}
