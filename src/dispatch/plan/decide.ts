import type { PlanChat, PlanPerson } from '../../audience/index.js';
import type { Gateway } from '../../gateways/index.js';
import { MissingVariable, type Script, type Sentence } from '../../library/index.js';
import type { Instant } from '../../platform/index.js';
import type { Around, Message, PersonalVariables } from '../messages.service.js';
import {
  addressOf,
  budget,
  countedPopulation,
  isCapped,
  type Address,
  type AddressRules,
  type Rival,
  type SkipReason,
} from './guards.js';
import type { PlanContext, PlanStep, Slot } from './plan-context.js';
import { carriesSuffix, suffixKey, type SuffixWhen } from './suffix.js';

export interface Decided {
  readonly step: PlanStep;
  readonly recipient: string;
  readonly personId: number | null;
  readonly groupChatId: string | null;
  readonly population: string;
  readonly township: string;
}

export interface Skipped extends Decided {
  readonly kind: 'skip';
  readonly reason: SkipReason;
  /** The campaign that goes first, where this one yields. */
  readonly yieldsTo?: string;
}

export interface ToSend extends Decided {
  readonly kind: 'send';
  readonly address: Address | { readonly sealed: string; readonly key: null };
  readonly gateway: Gateway;
  readonly script: Script;
  readonly message: Message;
  readonly why: string;
  readonly slot: Slot;
  /** The county month whose first SMS this is, where the opt-out suffix goes with it. */
  readonly suffixMonth: number | null;
  readonly sentence: Sentence | null;
  readonly headCount: number | null;
}

export type Decision = Skipped | ToSend;

/** What the database knows of a page's people, fetched once a page and channel. */
export interface Looks {
  readonly now: Instant;
  readonly optedOut: ReadonlySet<string>;
  readonly suppressed: ReadonlySet<string>;
  /** Addresses that this run has used already; the page adds its own. */
  readonly taken: Set<string>;
  /** Addresses that more than one person has; filled for sensitive segments only. */
  readonly shared: ReadonlySet<string>;
  readonly covered: ReadonlySet<number>;
  readonly contacts: ReadonlyMap<string, readonly Instant[]>;
  /** What other campaigns of at least this rank have planned for an address and not sent. */
  readonly rivals: ReadonlyMap<string, readonly Rival[]>;
  readonly suffixWhen: SuffixWhen;
  /** Phones that have had the opt-out suffix, each with the month (`suffixKey`). */
  readonly suffixed: ReadonlySet<string>;
  readonly addressRules: (channel: PlanStep['channel']) => AddressRules;
}

export interface Pen {
  /** What a gateway needs to post into a chat, sealed: a robot's webhook and secret, or the owner who posts by hand. */
  chatAddress(chat: PlanChat): string | null;
  compose(script: Script, gateway: Gateway, around: Around): Message;
  personal(person: PlanPerson, script: Script): PersonalVariables;
}

const composed = (pen: () => Message): Message | 'missing_variable' => {
  try {
    return pen();
  } catch (error) {
    if (error instanceof MissingVariable) return 'missing_variable';
    throw error;
  }
};

const refusal = (
  context: PlanContext,
  looks: Looks,
  step: PlanStep,
  person: PlanPerson,
  address: Address,
): SkipReason | { readonly to: string } | null => {
  if (looks.optedOut.has(address.key)) return 'opted_out';
  if (looks.suppressed.has(address.key)) return 'suppressed_number';
  if (looks.taken.has(`${step.channel}:${address.key}`)) return 'duplicate_phone';
  if (context.isSensitive && looks.shared.has(address.key)) return 'shared_phone';
  if (looks.covered.has(person.id)) return 'already_covered';
  const contacts = looks.contacts.get(address.key) ?? [];
  const left = budget(step.caps, { contacts, rivals: looks.rivals.get(address.key) ?? [] }, looks.now);
  return left === 'capped' ? 'contact_cap' : left === 'free' ? null : left;
};

/** Decides one person on one channel: what they get and why, or why not. Pure but for the `taken` addresses of its page. */
export function decidePerson(
  context: PlanContext,
  step: PlanStep,
  person: PlanPerson,
  looks: Looks,
  pen: Pen,
): Decision {
  const kinds = person.populations.map((p) => p.kind);
  const base: Decided = {
    step,
    recipient: `p${person.id}`,
    personId: person.id,
    groupChatId: null,
    population: countedPopulation(kinds, context.named),
    township: person.township,
  };
  const skip = (reason: SkipReason): Skipped => ({ ...base, kind: 'skip', reason });
  const address = addressOf(person, looks.addressRules(step.channel));
  if (typeof address === 'string') return skip(address);
  const refused = refusal(context, looks, step, person, address);
  if (typeof refused === 'object' && refused !== null)
    return { ...skip(context.deferredIn === undefined ? 'yielded' : 'deferred'), yieldsTo: refused.to };
  if (refused) return skip(refused);
  // The made-up people of a demo carry a mark: whatever a campaign says, only a simulator is ever handed them.
  const gateway = step.gateways.find((g) => !person.synthetic || g.isSimulator || g.adapter.transport === 'task');
  if (!gateway) return skip('no_gateway');
  const assigned = step.assign({
    key: base.recipient,
    populations: kinds,
    tags: person.tags,
    township: person.township,
    language: person.language ?? 'zh',
    heard: person.heard,
  });
  if ('skip' in assigned) return skip('no_script');
  const { script, why, sentence } = assigned;
  const slot = (assigned.isLater ? step.laterSlot : null) ?? step.slot;
  const hasSuffix =
    step.channel === 'sms' && carriesSuffix(looks.suffixWhen, looks.suffixed.has(suffixKey(address.key, slot.month)));
  const message = composed(() =>
    pen.compose(script, gateway, { personal: pen.personal(person, script), hasSuffix, sentence }),
  );
  if (message === 'missing_variable') return skip('missing_variable');
  looks.taken.add(`${step.channel}:${address.key}`);
  return {
    ...base,
    kind: 'send',
    address,
    gateway,
    script,
    message,
    why,
    slot,
    suffixMonth: hasSuffix ? slot.month : null,
    sentence,
    headCount: null,
  };
}

const NOTHING_HEARD: ReadonlyMap<string, Instant> = new Map();

/** Decides one group chat. A WeChat group has no API: its owner is asked to post. */
export function decideChat(step: PlanStep, chat: PlanChat, pen: Pick<Pen, 'compose' | 'chatAddress'>): Decision {
  const base: Decided = {
    step,
    recipient: `g${chat.id}`,
    personId: null,
    groupChatId: chat.id,
    population: chat.population,
    township: chat.township,
  };
  // A group is nobody's phone; but where nothing may be sent, nothing is posted.
  if (isCapped(step.caps, [], 0)) return { ...base, kind: 'skip', reason: 'contact_cap' };
  const gateway = step.gateways.find(
    (g) =>
      g.platforms.some((p) => p === chat.platform) &&
      (!chat.synthetic || g.isSimulator || g.adapter.transport === 'task'),
  );
  const address = pen.chatAddress(chat);
  if (!gateway || !address) return { ...base, kind: 'skip', reason: 'no_gateway' };
  const assigned = step.assign({
    key: base.recipient,
    populations: [chat.population],
    tags: [],
    township: chat.township,
    language: 'zh',
    heard: NOTHING_HEARD,
  });
  if ('skip' in assigned) return { ...base, kind: 'skip', reason: 'no_script' };
  const message = composed(() => pen.compose(assigned.script, gateway, {}));
  if (message === 'missing_variable') return { ...base, kind: 'skip', reason: 'missing_variable' };
  return {
    ...base,
    kind: 'send',
    address: { sealed: address, key: null },
    gateway,
    script: assigned.script,
    message,
    why: assigned.why,
    slot: step.slot,
    suffixMonth: null,
    sentence: null,
    headCount: chat.headCount,
  };
}
