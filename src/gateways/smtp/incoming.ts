import { z } from 'zod';
import type { Push, Receipt, Received, ReceiptOutcome } from '../contract.js';
import { boundaryIn, decoded, fieldsIn, partsOf, plainText, split, type Fields } from './mime.js';
import { ownWords } from './own-words.js';

/** Our own reference: in the Message-ID, and as the envelope id of delivery reports. */
export const refOf = (deliveryId: number): string => `td${deliveryId.toString(36)}`;

function deliveryOf(ref: string): number | undefined {
  const id = Number.parseInt(/^td([0-9a-z]{1,11})$/.exec(ref)?.[1] ?? '', 36);
  return Number.isSafeInteger(id) && refOf(id) === ref ? id : undefined;
}

/** Beyond it a mail's rest cannot change what it says of a delivery. */
const MAX_CHARS = 1024 * 1024;

/** `rfc822; person@example.org`; some write it in angles. */
const mailboxIn = (text: string | undefined): string | undefined =>
  z
    .email()
    .safeParse(/([^\s;<>]+@[^\s;<>]+)/.exec(text ?? '')?.[1])
    .data?.toLowerCase();

/** What RFC 3464 calls the action. Handed on to a system that reports nothing is no delivery, and a delay is no end. */
const outcomes: ReadonlyMap<string, ReceiptOutcome> = new Map([
  ['delivered', 'delivered'],
  ['failed', 'undelivered'],
]);

/** The reference of a report: the envelope id that it repeats, else the Message-ID of the mail that came back. */
function referenceIn(perMessage: Fields, returned: Fields | undefined): number | undefined {
  const envelope = perMessage.get('original-envelope-id') ?? '';
  return deliveryOf(envelope) ?? deliveryOf(/<(td[0-9a-z]{1,11})@/.exec(returned?.get('message-id') ?? '')?.[1] ?? '');
}

/** Reads a delivery report (RFC 3464): a receipt for each recipient that it names. Null where it is none. */
function reportIn(fields: Fields, body: string, at: number): Receipt[] | null {
  const type = fields.get('content-type') ?? '';
  const boundary = boundaryIn(type);
  if (!/^multipart\/report\b/i.test(type) || boundary === undefined) return null;
  const parts = partsOf(body, boundary);
  const typed = (pattern: RegExp) => parts.find((part) => pattern.test(part.fields.get('content-type') ?? ''));
  const status = typed(/^message\/(?:global-)?delivery-status\b/i);
  if (!status) return null;
  const returned = typed(/^text\/rfc822-headers\b/i)?.body ?? typed(/^message\/(?:rfc822|global)\b/i)?.body;
  const [perMessage = '', ...perRecipient] = status.body.trim().split(/\n[ \t]*\n+/);
  const deliveryId = referenceIn(
    fieldsIn(perMessage),
    returned === undefined ? undefined : split(returned.trim()).fields,
  );
  return perRecipient.flatMap((block): Receipt[] => {
    const of = fieldsIn(block);
    const action = of.get('action')?.toLowerCase() ?? '';
    const to = mailboxIn(of.get('original-recipient')) ?? mailboxIn(of.get('final-recipient'));
    if (action === '' || (deliveryId === undefined && to === undefined)) return [];
    const code = /^[245]\.\d{1,3}\.\d{1,3}/.exec(of.get('status') ?? '')?.[0] ?? '';
    const outcome = outcomes.get(action) ?? 'unknown';
    return [
      {
        ...(deliveryId === undefined ? {} : { deliveryId }),
        ...(to === undefined ? {} : { to }),
        outcome,
        code: `${action} ${code}`.trim().slice(0, 64),
        at,
        ...(outcome === 'undelivered' && code.startsWith('5.1.') ? { badNumber: true } : {}),
      },
    ];
  });
}

/** Absence notes and the like: nobody wrote them. */
const isAutomatic = (fields: Fields): boolean =>
  !/^(?:|no\b.*)$/i.test(fields.get('auto-submitted') ?? '') ||
  /^(?:bulk|auto_reply|list|junk)$/i.test(fields.get('precedence') ?? '') ||
  fields.get('return-path') === '<>';

/** The word that the opt-out list knows, in the place of what a mail program writes when "unsubscribe" is pressed. */
const REFUSAL = '退订';

const TAKEN = { status: 200, contentType: 'text/plain; charset=utf-8', body: 'OK' };

/**
 * Reads a mail that came to the sender's mailbox, as it stands: a delivery report, an "unsubscribe", or somebody's answer, of which
 * their own first words are shown (the mail itself stays in the mailbox). The token in the address is the proof of who hands it over.
 */
export function readMail(push: Push): Received | null {
  if (push.method !== 'POST') return null;
  const text = push.body
    .slice(0, MAX_CHARS)
    .replaceAll('\r\n', '\n')
    .replace(/^From [^\n]*\n/, '');
  const { fields, body } = split(text);
  const from = mailboxIn(fields.get('from'));
  if (from === undefined) return null;
  const dated = Date.parse(fields.get('date') ?? '');
  const at = Number.isNaN(dated) ? push.receivedAt : Math.min(Math.max(dated, 0), push.receivedAt);
  const receipts = reportIn(fields, body, at);
  if (receipts) return { receipts, uplinks: [], reply: TAKEN };
  if (isAutomatic(fields)) return { receipts: [], uplinks: [], reply: TAKEN };
  const subject = decoded(fields.get('subject') ?? '').slice(0, 200);
  const id = fields.get('message-id');
  const said = /^\s*unsubscribe\b/i.test(subject)
    ? { text: REFUSAL }
    : ownWords({ subject, text: plainText({ fields, body }), isAnswer: fields.has('in-reply-to') });
  return { receipts: [], uplinks: [{ from, ...said, at, ...(id ? { id } : {}) }], reply: TAKEN };
}
