import { maskPhone } from '../platform/kernel/index.js';
import type {
  Adapter,
  CallItem,
  CallOutcome,
  Fault,
  FaultCause,
  GatewayCall,
  HttpAdapter,
  ItemOutcome,
  MailAdapter,
  Push,
  Received,
} from './contract.js';
import { all } from './contract.js';

/** What the wire says of a request (`platform/wire` has the same shape). */
export type Answered =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'notSent'; readonly why: string }
  | { readonly kind: 'noAnswer'; readonly why: string };

export type MailAnswered =
  | { readonly kind: 'reply'; readonly code: number; readonly text: string; readonly messageId?: string }
  | { readonly kind: 'notSent'; readonly why: string }
  | { readonly kind: 'noAnswer'; readonly why: string };

/** References and codes as long as their columns; longer ones are cut the same way wherever they come in. */
const MAX_REF = 64;
const MAX_NOTE = 200;

const fault = (cause: FaultCause, code: string, note: string): Fault => ({ cause, code, note });

/** Not sent for a reason that no waiting mends: the address is wrong, or the relay does not take our password. */
const OURS_TO_MEND = new Set([
  'hostNotDeclared',
  'privateAddress',
  'badAddress',
  'CERTIFICATE_NOT_PINNED',
  'proxyRefused',
  'EAUTH',
  'ENOAUTH',
  'ETLS',
]);

const networkFault = (answered: { kind: 'notSent' | 'noAnswer'; why: string }): Fault => {
  if (answered.kind === 'noAnswer')
    return fault('uncertain', answered.why, 'no answer that could be read; it may have been sent');
  if (OURS_TO_MEND.has(answered.why))
    return fault('settings', answered.why, 'not sent: the connection settings do not fit');
  return fault('unreachable', answered.why, 'not sent: no connection');
};

/** What every gateway's status means alike; null where the adapter is to read the answer. */
const statusFault = (adapter: HttpAdapter<unknown>, settings: unknown, status: number): Fault | null => {
  const code = `HTTP ${status}`;
  if (status === 429 || adapter.busyStatus?.(settings).includes(status))
    return fault('throttled', code, 'the gateway asks to wait');
  if (status === 503 && adapter.promises.neverAcceptsOn503)
    return fault('unreachable', code, 'the gateway is out of service');
  if (status >= 500) return fault('uncertain', code, 'the gateway failed; it may have been sent');
  return null;
};

/** What is common to all gateways: no connection, no answer, and statuses that mean the same everywhere. Null: the adapter is to read it. */
export const faultOf = (adapter: HttpAdapter<unknown>, settings: unknown, answered: Answered): Fault | null =>
  answered.kind === 'reply' ? statusFault(adapter, settings, answered.status) : networkFault(answered);

/**
 * Reads what came of a call into one outcome for each of its items. What is common to all gateways is read here, once:
 * no connection is `unreachable`, 429 `throttled`, no answer, a 5xx or an answer that cannot be read `uncertain`. Only
 * then does the adapter decode; where it throws, or accounts for an item not exactly once, the whole call is `uncertain`.
 */
export function readReply(adapter: Adapter, call: GatewayCall, settings: unknown, answered: Answered): CallOutcome {
  if (adapter.transport !== 'http') throw new Error(`${adapter.id} is not called over HTTP`);
  const common = faultOf(adapter, settings, answered);
  if (common) return all(call, common);
  const { status, headers, body } = answered as Extract<Answered, { kind: 'reply' }>;
  let outcome: CallOutcome;
  try {
    outcome = adapter.decode({ status, headers, body }, call, settings);
  } catch {
    return all(call, fault('uncertain', `HTTP ${status}`, 'the answer cannot be read; it may have been sent'));
  }
  if (!isAccountedFor(call, outcome)) {
    return all(call, fault('uncertain', 'unaccounted', 'the answer does not account for every recipient'));
  }
  const cleaned = cleaner(adapter, settings);
  return {
    ...(outcome.ref ? { ref: outcome.ref.slice(0, MAX_REF) } : {}),
    items: outcome.items.map(cleaned),
  };
}

/** The same for a mail: 2xx is accepted, everything else is the adapter's to read. */
export function readMailReply(
  adapter: Adapter,
  item: CallItem,
  settings: unknown,
  answered: MailAnswered,
): ItemOutcome {
  if (adapter.transport !== 'smtp') throw new Error(`${adapter.id} is not called over SMTP`);
  const { deliveryId } = item;
  if (answered.kind !== 'reply') return { deliveryId, fault: networkFault(answered) };
  return cleaner(adapter, settings)((adapter as MailAdapter<unknown>).decodeMail(answered.code, answered.text, item));
}

/** Reads a push. Null where the adapter takes none, refuses it, or cannot read it: nothing that comes from outside throws. */
export function readPush(adapter: Adapter, push: Push, settings: unknown): Received | null {
  try {
    const received = adapter.receive?.(push, settings) ?? null;
    return received && { ...received, receipts: received.receipts.map(fitting) };
  } catch {
    return null;
  }
}

const fitting = <T extends { readonly ref?: string; readonly code: string }>(receipt: T): T => ({
  ...receipt,
  code: receipt.code.slice(0, MAX_REF),
  ...(receipt.ref === undefined ? {} : { ref: receipt.ref.slice(0, MAX_REF) }),
});

const isAccountedFor = (call: GatewayCall, outcome: CallOutcome): boolean => {
  const wanted = new Set(call.items.map(({ deliveryId }) => deliveryId));
  return (
    outcome.items.length === call.items.length && outcome.items.every(({ deliveryId }) => wanted.delete(deliveryId))
  );
};

/** A gateway's words may repeat our secrets or a person's number: neither goes further than here. */
const cleaner = (adapter: Adapter, settings: unknown): ((item: ItemOutcome) => ItemOutcome) => {
  const secrets = adapter.secrets
    .map((name) => (settings as Record<string, unknown>)[name])
    .filter((value): value is string => typeof value === 'string' && value.length >= 4);
  const clean = (text: string): string =>
    secrets
      .reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), text)
      .replace(/\d{7,15}/g, (digits) => maskPhone(digits))
      .replace(/[^\s@<>]+@[^\s@<>]+/g, '***@***')
      .replace(/(https?:\/\/[^\s?]*)\?\S*/g, '$1');
  return (item) => {
    if (!('fault' in item)) return item.ref === undefined ? item : { ...item, ref: item.ref.slice(0, MAX_REF) };
    const { cause, code, note } = item.fault;
    return {
      deliveryId: item.deliveryId,
      fault: { cause, code: clean(code).slice(0, MAX_REF), note: clean(note).slice(0, MAX_NOTE) },
    };
  };
};
