import type { PlanPerson } from '../../audience/index.js';
import type { Channel } from '../../gateways/index.js';
import { MOST_TELLING_FIRST, parseDuration, type Instant } from '../../platform/kernel/index.js';

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
  /** Left to another campaign, whose message to this person is on its way. */
  | 'yielded'
  /** The same, and the campaign's next run takes the person up again. */
  | 'deferred'
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

/** A cap that cannot be read. */
const isBroken = ({ max, perMs }: Cap): boolean => !(Number.isSafeInteger(max) && max >= 0 && perMs > 0);

/**
 * True where one more contact now would pass a cap. `contacts` are the instants of earlier ones; `max: 0` lets nothing pass,
 * nor does a cap that cannot be read: a guard in doubt keeps the door shut.
 */
export const isCapped = (caps: readonly Cap[], contacts: readonly Instant[], now: Instant): boolean =>
  caps.some((cap) => isBroken(cap) || !(contacts.filter((at) => !(at <= now - cap.perMs)).length < cap.max));

interface WrittenCap {
  readonly max: number;
  readonly per: string;
}
interface CapSettings {
  readonly contactCaps: Readonly<Record<Channel, readonly WrittenCap[]>>;
  readonly urgentCaps: Readonly<Record<Channel, readonly WrittenCap[]>>;
}

/**
 * The caps of a campaign on a channel. The county's hold always; a campaign's own comes on top, so that it can only be
 * stricter. Urgent ones have a reserve of their own, or the cap that they name. What cannot be read lets nothing pass.
 */
export function capsOf(
  settings: CapSettings,
  channel: Channel,
  campaign: { readonly contactCap?: WrittenCap | undefined; readonly urgent?: unknown },
): Cap[] {
  const own = campaign.contactCap ? [campaign.contactCap] : [];
  const reserve = own.length > 0 ? own : settings.urgentCaps[channel];
  const written = campaign.urgent ? reserve : [...settings.contactCaps[channel], ...own];
  return written.map(({ max, per }) => ({ max, perMs: parseDuration(per) ?? NaN }));
}

/** What a message to somebody who is on the way to be messaged by another campaign becomes. */
export interface Rival {
  readonly campaignId: string;
  /** The lower goes first. */
  readonly priority: number;
}

/**
 * Whether the contact budget lets a message pass: what was contacted counts, and what other campaigns of at least the same
 * rank have planned and not sent yet. `to` is the one that goes first.
 */
export function budget(
  caps: readonly Cap[],
  spent: { readonly contacts: readonly Instant[]; readonly rivals: readonly Rival[] },
  now: Instant,
): 'free' | 'capped' | { readonly to: string } {
  if (isCapped(caps, spent.contacts, now)) return 'capped';
  const first = [...spent.rivals].sort((a, b) => a.priority - b.priority)[0];
  if (!first) return 'free';
  return isCapped(caps, [...spent.contacts, ...spent.rivals.map(() => now)], now) ? { to: first.campaignId } : 'free';
}

const CLASSES = { urgent: 0, special: 1, event: 2, other: 3 } as const;
/** Ranks below it are urgent, or a person waits for the message. */
export const URGENT_BELOW = 10;

/** Who goes first when campaigns want the same person: urgent > special > event > all other, then the campaign's own priority. The lower goes first. */
export function rankOf(
  campaign: {
    readonly urgent?: unknown;
    readonly priority?: number | undefined;
    readonly cadence: { readonly kind: string };
  },
  named: readonly string[],
): number {
  const isEvent = campaign.cadence.kind === 'event';
  const rank = campaign.urgent ? 'urgent' : named.includes('special') ? 'special' : isEvent ? 'event' : 'other';
  return CLASSES[rank] * 10 + (9 - (campaign.priority ?? 0));
}

/** The population that a delivery counts for: the one that the campaign names, else special > arrival > migrant > local. */
export function countedPopulation(of: readonly string[], named: readonly string[]): string {
  const named1 = MOST_TELLING_FIRST.find((kind) => named.includes(kind) && of.includes(kind));
  return named1 ?? MOST_TELLING_FIRST.find((kind) => of.includes(kind)) ?? 'local';
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
