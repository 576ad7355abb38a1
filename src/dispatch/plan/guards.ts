import type { PlanPerson } from '../../audience/index.js';
import type { Channel } from '../../gateways/index.js';
import type { Instant } from '../../platform/index.js';

/** Why somebody who was targeted gets nothing. Decided at plan only; each is a row, for "why not?" is asked later. */
export type SkipReason =
  | 'minor'
  | 'no_phone'
  | 'invalid_phone'
  | 'foreign_number'
  | 'landline'
  | 'no_email'
  | 'opted_out'
  | 'suppressed_number'
  | 'duplicate_phone'
  | 'shared_phone'
  | 'already_covered'
  | 'contact_cap'
  | 'no_gateway'
  | 'no_script'
  | 'missing_variable';

/** Reasons that lie in this channel's address: another channel of the ladder may still reach the person. */
export const ADDRESS_REASONS: readonly SkipReason[] = [
  'no_phone',
  'invalid_phone',
  'foreign_number',
  'landline',
  'no_email',
  'suppressed_number',
];

export interface Address {
  /** Sealed. */
  readonly sealed: string;
  readonly key: string;
}

export interface AddressRules {
  readonly channel: Channel;
  /** Below this age only a guardian's phone is used (PIPL art. 31). */
  readonly guardianBelowAge: number;
  readonly ageOf: (birthDate: string) => number;
}

type Phone = {
  readonly phone: string | null;
  readonly phoneKey: string | null;
  readonly phoneKind: PlanPerson['phoneKind'];
};

const phoneAddress = ({ phone, phoneKey, phoneKind }: Phone, channel: Channel): Address | SkipReason => {
  if (!phone || !phoneKey || !phoneKind) return 'no_phone';
  switch (phoneKind) {
    case 'mobile':
      return { sealed: phone, key: phoneKey };
    case 'landline':
      return channel === 'voice' || channel === 'visit' ? { sealed: phone, key: phoneKey } : 'landline';
    case 'foreign':
      return 'foreign_number';
    case 'invalid':
      return 'invalid_phone';
    default:
      return phoneKind satisfies never;
  }
};

/** Where a person is reached on a channel, or why not. A child is reached through its guardian or not at all. */
export function addressOf(person: PlanPerson, rules: AddressRules): Address | SkipReason {
  const isMinor = person.birthDate !== null && rules.ageOf(person.birthDate) < rules.guardianBelowAge;
  if (isMinor && !person.guardian) return 'minor';
  if (rules.channel === 'email') {
    if (isMinor) return 'minor';
    return person.email && person.emailKey ? { sealed: person.email, key: person.emailKey } : 'no_email';
  }
  return phoneAddress(isMinor && person.guardian ? person.guardian : person, rules.channel);
}

export interface Cap {
  readonly max: number;
  readonly perMs: number;
}

/** True where one more contact now would pass a cap. `contacts` are the instants of earlier ones; `max: 0` lets nothing pass. */
export const isCapped = (caps: readonly Cap[], contacts: readonly Instant[], now: Instant): boolean =>
  caps.some(({ max, perMs }) => contacts.filter((at) => at > now - perMs).length >= max);

const ORDER = ['special', 'arrival', 'migrant', 'local'] as const;

/** The population that a delivery counts for: the one that the campaign names, else special > arrival > migrant > local. */
export function countedPopulation(of: readonly string[], named: readonly string[]): string {
  const named1 = ORDER.find((kind) => named.includes(kind) && of.includes(kind));
  return named1 ?? ORDER.find((kind) => of.includes(kind)) ?? 'local';
}

interface RuleLike {
  readonly field?: string;
  readonly operator?: string;
  readonly value?: unknown;
  readonly rules?: readonly RuleLike[];
}

/** The populations that a segment's rule asks for by name. */
export function namedPopulations(rule: RuleLike): string[] {
  if (rule.rules) return rule.rules.flatMap(namedPopulations);
  if (rule.field !== 'population' || !['=', 'in'].includes(rule.operator ?? '')) return [];
  return Array.isArray(rule.value) ? rule.value.map(String) : [String(rule.value)];
}
