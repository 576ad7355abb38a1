import type { GatewayCall, HttpRequest } from '../contract.js';
import { templated, type Settings } from './settings.js';
import { macOf } from './sign.js';

/** The body is the Base64 text itself, whatever the content type says. */
export const post = (url: string, fields: object): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json;charset=UTF-8' },
  body: Buffer.from(JSON.stringify(fields), 'utf8').toString('base64'),
});

/** The text that all of a call share; null where they differ. Receipts name batch and number only, so a number may stand in a call once. */
function sharedText({ items }: GatewayCall): string | null {
  if (new Set(items.map(({ to }) => to)).size < items.length) throw new Error('a number stands twice in one call');
  const [first, ...others] = items;
  if (!first) throw new Error('a call without recipients');
  return others.every(({ text }) => text === first.text) ? first.text : null;
}

const template = (text: string | null, own: Settings) => {
  const found = text === null ? null : templated(text, own);
  if (!found) throw new Error('a call carries one text, and an approved template must fit it');
  return found;
};

/** norsubmit and submit: a list of numbers for one content; no list, and an object {number: text} as the content's text, for a content each. */
function plainSubmit(call: GatewayCall, own: Settings): HttpRequest {
  const { ecName, apId, secretKey, sign, addSerial } = own;
  const shared = sharedText(call);
  const mobiles = shared === null ? '' : call.items.map(({ to }) => to).join(',');
  const content = shared ?? JSON.stringify(Object.fromEntries(call.items.map(({ to, text }) => [to, text])));
  const mac = macOf(ecName, apId, secretKey, mobiles, content, sign, addSerial);
  return post(`${own.baseUrl}${own.variant === 'http' ? '/sms/norsubmit' : '/sms/submit'}`, {
    ecName,
    apId,
    ...(own.includeSecretInBody ? { secretKey } : {}),
    mobiles,
    content,
    sign,
    addSerial,
    mac,
  });
}

/** A submit without a number: it is refused, and what for tells whether account, mac and signature code are right. */
export function emptyRequest(own: Settings, session: string | undefined): HttpRequest {
  const { ecName, apId, secretKey, sign, addSerial } = own;
  if (own.variant === 'sdk') {
    const content = '不转账';
    const mac = macOf(apId, secretKey, ecName, content, sign, addSerial);
    return post(`${session}/sms/submit`, {
      apId,
      apReqId: '0'.repeat(32),
      mobiles: [],
      content,
      srcId: addSerial,
      serviceId: sign,
      regReport: true,
      ecName,
      mac,
    });
  }
  const mac = macOf(ecName, apId, secretKey, '', '{}', sign, addSerial);
  const secret = own.includeSecretInBody ? { secretKey } : {};
  return post(`${own.baseUrl}${own.variant === 'http' ? '/sms/norsubmit' : '/sms/submit'}`, {
    ecName,
    apId,
    ...secret,
    mobiles: '',
    content: '{}',
    sign,
    addSerial,
    mac,
  });
}

function templateSubmit(call: GatewayCall, own: Settings): HttpRequest {
  const { ecName, apId, secretKey, sign, addSerial } = own;
  const { templateId, params } = template(sharedText(call), own);
  const mobiles = call.items.map(({ to }) => to).join(',');
  const mac = macOf(ecName, apId, secretKey, templateId, mobiles, params, sign, addSerial);
  return post(`${own.baseUrl}/sms/tmpsubmit`, {
    ecName,
    apId,
    ...(own.includeSecretInBody ? { secretKey } : {}),
    templateId,
    mobiles,
    params,
    sign,
    addSerial,
    mac,
  });
}

/** The SDK's submit, to the address that signing in gave: our request id comes back in the reports. */
function sdkSubmit(call: GatewayCall, own: Settings, url: string | undefined): HttpRequest {
  if (url === undefined) throw new Error('not signed in');
  const { ecName, apId, secretKey, sign, addSerial } = own;
  const shared = sharedText(call);
  if (shared === null) throw new Error('a call of this variant carries one text');
  const found = own.templates.length > 0 ? template(shared, own) : null;
  const content = found?.params ?? shared;
  return post(`${url}/sms/submit`, {
    apId,
    apReqId: call.requestId,
    mobiles: call.items.map(({ to }) => to),
    content,
    srcId: addSerial,
    serviceId: sign,
    regReport: true,
    ...(found ? { templateId: found.templateId } : {}),
    ecName,
    mac: macOf(apId, secretKey, ecName, found?.templateId ?? content, sign, addSerial),
  });
}

export function submitRequest(call: GatewayCall, own: Settings, session: string | undefined): HttpRequest {
  if (own.variant === 'sdk') return sdkSubmit(call, own, session);
  return own.templates.length > 0 ? templateSubmit(call, own) : plainSubmit(call, own);
}

/** The SDK signs in without its password: that one stands in the macs of what follows. */
export const loginRequest = ({ baseUrl, apId, ecName }: Settings): HttpRequest =>
  post(`${baseUrl}/sms/login`, { apId, secretKey: '', ecName, version: '2.0.0' });
