import { z } from 'zod';
import type { ChatPlatform, Instant } from '../platform/kernel/index.js';

/** The ways to a recipient. */
export const CHANNELS = ['sms', 'voice', 'chat', 'email', 'visit'] as const;
export type Channel = (typeof CHANNELS)[number];

/** An adapter of channel `chat` says to which of the platforms it can post. */
export type { ChatPlatform };

/**
 * One message to one recipient. `to` is typed by the channel and opaque to everybody else: digits for sms and voice, an
 * address for email, the JSON of `{webhook, secret?}` for a robot's chat, a user name for an assisted post.
 */
export interface CallItem {
  readonly deliveryId: number;
  readonly to: string;
  readonly text: string;
  readonly title?: string;
}

/** One request to a gateway: either one content for many recipients, or (where the adapter can) a content each. */
export interface GatewayCall {
  readonly callId: number;
  /** Unique for ever, the same when the same call is encoded again: 32 letters and digits at most. */
  readonly requestId: string;
  readonly items: readonly CallItem[];
}

/** What an adapter may not fetch for itself. */
export interface CallContext {
  readonly at: Instant;
  /** Unguessable, new for every attempt; hexadecimal, 32 digits. */
  readonly nonce: string;
  /** Where this gateway's receipts reach us, with its token. */
  readonly receiptUrl: string;
  /** What signing in gave (a token, an address), where the adapter has a `session` and these settings need one. */
  readonly session?: string;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Mail {
  readonly deliveryId: number;
  readonly envelope: { readonly from: string; readonly to: string };
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Asks for delivery reports where the relay offers them; `id` comes back in the report. */
  readonly dsn?: { readonly id: string; readonly notify: readonly ('success' | 'failure' | 'delay')[] };
}

/** What went wrong, as far as a policy needs to know. The words and codes of the gateway stay in `code` and `note`. */
export const FAULT_CAUSES = [
  'throttled',
  'unreachable',
  'uncertain',
  'settings',
  'optedOut',
  'content',
  'recipient',
  'refused',
] as const;
export type FaultCause = (typeof FAULT_CAUSES)[number];

export interface Fault {
  readonly cause: FaultCause;
  readonly code: string;
  readonly note: string;
}

/** Accepted (perhaps with the gateway's own reference), or not. Every item of a call gets exactly one. */
export type ItemOutcome =
  { readonly deliveryId: number; readonly ref?: string } | { readonly deliveryId: number; readonly fault: Fault };

export interface CallOutcome {
  /** The gateway's reference of the whole call, where receipts carry that one. */
  readonly ref?: string;
  readonly items: readonly ItemOutcome[];
}

export const RECEIPT_OUTCOMES = ['delivered', 'undelivered', 'unknown'] as const;
export type ReceiptOutcome = (typeof RECEIPT_OUTCOMES)[number];

/** What a gateway says later about one delivery. */
export interface Receipt {
  /** Our delivery, where the gateway carries our reference. */
  readonly deliveryId?: number;
  /** The gateway's reference (of the call or of the item). */
  readonly ref?: string;
  readonly to?: string;
  readonly outcome: ReceiptOutcome;
  /** Verbatim; a code that nobody knows is `unknown`, never an exception. */
  readonly code: string;
  readonly at: Instant;
  /** voice: seconds talked. */
  readonly seconds?: number;
  /** voice: the key pressed. */
  readonly key?: string;
  /** The number does not exist or refuses for good: counts against its health. */
  readonly badNumber?: boolean;
  /** The gateway or carrier has the recipient on a refusal list: evidence of an opt-out. */
  readonly optedOut?: boolean;
}

/** What a person sends back. */
export interface Uplink {
  readonly from: string;
  readonly text: string;
  /** What of it is an utterance of its own and may refuse by itself (a mail's subject, its first line); absent: the text. */
  readonly statements?: readonly string[];
  /** What was said beyond the text, which is a beginning: looked through for words of alarm, and kept nowhere. */
  readonly beyond?: string;
  readonly at: Instant;
  /** The gateway's own id of the reply, where it has one; else it is recognised by number, text and time. */
  readonly id?: string;
}

export interface Push {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  readonly receivedAt: Instant;
}

export interface Received {
  readonly receipts: readonly Receipt[];
  readonly uplinks: readonly Uplink[];
  /** What the gateway expects to hear. */
  readonly reply: { readonly status: number; readonly contentType: string; readonly body: string };
}

export interface AdapterLimits {
  /** Recipients that one call of the same content may carry. */
  readonly sameContent: number;
  /** Recipients that one call may carry when each has a content of its own; 1: one call each. */
  readonly ownContent: number;
  readonly perSecond?: number;
  readonly perMinute?: number;
  readonly concurrent?: number;
  /** Messages to one address within any `ms`, where the gateway counts them so (a robot's group, a callee). */
  readonly perAddress?: readonly { readonly max: number; readonly ms: number }[];
}

/** Settings that every adapter takes beside its own; the wire reads them, no codec does. */
export const connection = {
  /** How long the gateway may think; absent: `dispatch.timeout`. */
  timeoutMs: z.int().min(100).max(600_000).optional(),
  /** `http://[user:pass@]host:port` */
  proxy: z.url({ protocol: /^https?$/ }).optional(),
  /** The one certificate to accept, by its SHA-256 fingerprint, for a gateway that supplies none that others trust. */
  certificateSha256: z
    .string()
    .regex(/^(?:[0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/, 'a SHA-256 fingerprint: 64 hexadecimal digits, colons allowed')
    .optional(),
  /** The gateway lies in this house's own network, or on this machine: without it no private address is called. */
  allowPrivate: z.boolean().optional(),
};
export interface Connection {
  readonly timeoutMs?: number | undefined;
  readonly proxy?: string | undefined;
  readonly certificateSha256?: string | undefined;
  readonly allowPrivate?: boolean | undefined;
}

export type Correlation = 'ours' | 'theirs';

interface AdapterBase<S> {
  readonly id: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly channels: readonly Channel[];
  readonly platforms?: readonly ChatPlatform[];
  readonly settings: z.ZodType<S>;
  /** Settings that must never be shown, logged or traced. */
  readonly secrets: readonly (keyof S & string)[];
  readonly limits: AdapterLimits;
  /** Whose reference receipts carry: ours is known before the call, theirs can be lost with the reply. */
  readonly correlation: Correlation;
  readonly promises: {
    readonly deduplicates: boolean;
    readonly receipts: 'push' | 'poll' | 'both' | 'none';
    /** A 503 from this gateway means that nothing was accepted. Only where its documents say so. */
    readonly neverAcceptsOn503?: boolean;
  };
  /** Words for an officer, by the gateway's code. */
  readonly words?: ReadonlyMap<string, { readonly zh: string; readonly en: string }>;
  /** `true` where acceptance is all that this gateway will ever say (a robot's post): the delivery is then delivered. */
  readonly acceptedIsDelivered?: boolean;
  /** What these settings change of `limits` and `correlation`: a variant of the protocol. */
  variant?(settings: S): { readonly limits?: AdapterLimits; readonly correlation?: Correlation };
  /** Who puts the signature before the text: the platform, or we. Both are counted in the SMS parts. */
  signatureBy?(settings: S): 'platform' | 'client';
  /** The channels that these settings serve, where that is a matter of configuration; absent: all of `channels`. */
  serves?(settings: S): readonly Channel[];
  /** What can be known before the call to be refused (too long, an address of another kind). Null: nothing against it. */
  refuses?(item: CallItem, settings: S): Fault | null;
  /** Authenticates and reads what the gateway pushes. Null: forged or unreadable, refuse it. */
  receive?(push: Push, settings: S): Received | null;
}

export interface HttpAdapter<S> extends AdapterBase<S> {
  readonly transport: 'http';
  /** Hosts (`name` or `name:port`) that requests may go to: anything else is refused before it leaves. */
  hosts(settings: S): readonly string[];
  /** Statuses that this gateway documents as "busy, nothing accepted" beside 429. */
  busyStatus?(settings: S): readonly number[];
  encode(call: GatewayCall, settings: S, context: CallContext): HttpRequest;
  decode(reply: HttpReply, call: GatewayCall, settings: S): CallOutcome;
  /**
   * Signing in before the first call, where the gateway wants it. What it gives is kept for `forMs`, and given up where a call is
   * refused for our settings.
   */
  readonly session?: {
    /** Null where these settings need none. */
    request(settings: S, context: CallContext): HttpRequest | null;
    decode(
      reply: HttpReply,
      settings: S,
    ): { readonly session: string; readonly forMs: number } | { readonly fault: Fault };
  };
  /**
   * A request that proves account, signature and address without a recipient in it: nobody can get anything by it. Null: nothing is
   * wrong with us. Absent: that the host answers at all is all that can be known.
   */
  readonly check?: {
    request(settings: S, context: CallContext): HttpRequest;
    decode(reply: HttpReply, settings: S): Fault | null;
  };
  /** Fetches receipts and uplinks where the gateway does not push them. */
  readonly poll?: {
    readonly everyMs: number;
    requests(settings: S, context: CallContext): readonly HttpRequest[];
    decode(reply: HttpReply, settings: S, receivedAt: Instant): Omit<Received, 'reply'>;
  };
}

export interface MailAdapter<S> extends AdapterBase<S> {
  readonly transport: 'smtp';
  server(settings: S): { host: string; port: number; secure: boolean; user?: string; pass?: string };
  compose(item: CallItem, settings: S, context: CallContext): Mail;
  /** Reads the relay's answer: an SMTP code and its text. */
  decodeMail(code: number, text: string, item: CallItem): ItemOutcome;
}

/** A task for a person instead of a call to a machine: an assisted post, a visit. */
export interface TaskAdapter<S> extends AdapterBase<S> {
  readonly transport: 'task';
  readonly task: 'post' | 'visit';
}

export type Adapter<S = unknown> = HttpAdapter<S> | MailAdapter<S> | TaskAdapter<S>;

/** Keeps the type of an adapter's settings inside its own folder; outside, settings are unknown. */
export const defineAdapter = <S>(adapter: Adapter<S>): Adapter => adapter as unknown as Adapter;

/** The same fault for every item of a call. */
export const all = (call: GatewayCall, fault: Fault): CallOutcome => ({
  items: call.items.map(({ deliveryId }) => ({ deliveryId, fault })),
});

/** Every item accepted under the call's reference. */
export const allAccepted = (call: GatewayCall, ref?: string): CallOutcome => ({
  ...(ref === undefined ? {} : { ref }),
  items: call.items.map(({ deliveryId }) => ({ deliveryId, ...(ref === undefined ? {} : { ref }) })),
});
