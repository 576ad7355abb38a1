import { useSegments } from './segments';

interface Known {
  readonly value: string;
  readonly label: string;
}

/** Tags that the county's segments select by, with the segment's name; any other word may be typed. */
export function useKnownTags(isAsked: boolean): readonly Known[] {
  const segments = useSegments('people', isAsked);
  const known = new Map<string, string>();
  for (const { name, rule, sensitive } of segments.data ?? []) {
    const [only, ...others] = rule.rules as readonly { field?: string; operator?: string; value?: unknown }[];
    if (others.length > 0 || only?.field !== 'tag' || only.operator !== '=' || typeof only.value !== 'string') continue;
    // Who may not read sensitive tags gets all of them under one name, by which nothing can be asked.
    if (sensitive && only.value === name) continue;
    if (!known.has(only.value)) known.set(only.value, name);
  }
  return [...known].map(([value, name]) => ({ value, label: `${name}（${value}）` }));
}
