import {
  all,
  allAccepted,
  defineAdapter,
  type CallContext,
  type CallOutcome,
  type FaultCause,
  type GatewayCall,
  type HttpReply,
} from '../contract.js';
import { bounded, compiled } from './pattern.js';
import { json, readPushed, textAt } from './receipts.js';
import { settings, type Settings } from './settings.js';
import type { Values } from './template.js';

const valuesOf = ({ callId, items }: GatewayCall, { receiptUrl }: CallContext): Values => {
  const [item, ...others] = items;
  if (!item || others.length > 0) throw new Error('one recipient a call');
  const { deliveryId, to, text, title = '' } = item;
  return { to, text, title, deliveryId: String(deliveryId), callId: String(callId), receiptUrl };
};

const usualType = (body: string): string =>
  /^\s*[{[]/.test(body) ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded; charset=utf-8';

/** A 4xx says that the request was not carried out; whether its sender or its content is to blame, only some of them say. */
const causeOfStatus = (status: number): FaultCause =>
  [401, 403, 404, 405, 407].includes(status) ? 'settings' : 'refused';

const idIn = (body: string, id: string | undefined): string | undefined => {
  if (id === undefined) return undefined;
  if (id.startsWith('$')) return textAt(json(body), id);
  const match = compiled(id).exec(bounded(body));
  return match?.[1] ?? match?.[0];
};

/** What the gateway says of a refusal, without the message that it may repeat. */
const noteOf = (text: string, { items }: GatewayCall): string =>
  items.reduce((note, item) => note.replaceAll(item.text, '…').replaceAll(item.to, '…'), text).slice(0, 120);

function decode({ status, body }: HttpReply, call: GatewayCall, own: Settings): CallOutcome {
  const text = bounded(body);
  const refusal = own.accepted.refusedBody.find(({ pattern }) => pattern.test(text));
  if (refusal) return all(call, { cause: refusal.cause, code: `HTTP ${status}`, note: noteOf(text, call) });
  if (own.accepted.status.has(status)) {
    // The right status with a body that is not the one agreed upon: nobody knows what it means.
    if (own.accepted.body && !own.accepted.body.test(text)) throw new Error('not the answer that was agreed upon');
    return allAccepted(
      call,
      idIn(body, own.id) ?? (own.echoes === 'call' && own.id === undefined ? String(call.callId) : undefined),
    );
  }
  if (status >= 400 && status < 500)
    return all(call, { cause: causeOfStatus(status), code: `HTTP ${status}`, note: noteOf(text, call) });
  throw new Error('not an answer that was agreed upon');
}

/** Any gateway that takes a message in one HTTP request, by configuration alone. */
export const http = defineAdapter<Settings>({
  id: 'http',
  title: { zh: '通用HTTP网关', en: 'Generic HTTP gateway' },
  transport: 'http',
  channels: ['sms', 'voice', 'chat', 'email'],
  platforms: ['wechat', 'wecom', 'dingtalk', 'zhezhengding'],
  settings,
  secrets: ['request'],
  limits: { sameContent: 1, ownContent: 1 },
  correlation: 'theirs',
  promises: { deduplicates: false, receipts: 'push' },
  serves: ({ channel }) => [channel],
  signatureBy: () => 'client',
  hosts: ({ host }) => [host],
  busyStatus: ({ busyStatus }) => busyStatus,

  encode: (call, { request }, context) => {
    const values = valuesOf(call, context);
    const body = request.body?.(values);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value(values)]),
    );
    return {
      method: request.method,
      url: request.url(values),
      headers:
        body === undefined || 'content-type' in headers ? headers : { 'content-type': usualType(body), ...headers },
      ...(body === undefined ? {} : { body }),
    };
  },

  decode,

  receive: readPushed,
});
