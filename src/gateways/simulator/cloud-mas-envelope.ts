import { createHash } from 'node:crypto';
import { z } from 'zod';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const account = { ecName: z.string(), apId: z.string(), secretKey: z.string().optional() };
const common = { ...account, mobiles: z.string(), sign: z.string(), addSerial: z.string(), mac: z.string() };

export const submitBody = z.object({ ...common, content: z.string() });
export const templateBody = z.object({ ...common, templateId: z.string(), params: z.string() });
export const loginBody = z.object({ ecName: z.string(), apId: z.string(), secretKey: z.string(), version: z.string() });
export const sdkBody = z.object({
  ecName: z.string(),
  apId: z.string(),
  apReqId: z.string(),
  mobiles: z.array(z.string()),
  content: z.string(),
  srcId: z.string(),
  serviceId: z.string(),
  regReport: z.boolean(),
  templateId: z.string().optional(),
  mac: z.string(),
});
export const pollBody = z.object({ ...account, secretKey: z.string() });

/** Opens an envelope: Base64 (and nothing else) of the UTF-8 JSON text. Undefined when it is not one. */
export function openEnvelope(body: Buffer): unknown {
  const text = body.toString('latin1');
  if (text.length === 0 || !base64.test(text)) return undefined;
  try {
    return JSON.parse(utf8.decode(Buffer.from(text, 'base64')));
  } catch {
    return undefined;
  }
}

const md5 = (...parts: string[]): string => createHash('md5').update(parts.join(''), 'utf8').digest('hex');

/** Lower-case hex MD5 over the fields in the order of norsubmit and submit (vector cloudmas-norsubmit-1). */
export const submitMac = (body: z.infer<typeof submitBody>, secret: string): string =>
  md5(body.ecName, body.apId, secret, body.mobiles, body.content, body.sign, body.addSerial);

/** The same for tmpsubmit; `params` goes in as the string that it is (vector cloudmas-tmpsubmit-1). */
export const templateMac = (body: z.infer<typeof templateBody>, secret: string): string =>
  md5(body.ecName, body.apId, secret, body.templateId, body.mobiles, body.params, body.sign, body.addSerial);

/** The SDK's order, without the numbers; a template stands in the place of the content (vectors cloudmas-sdk-*). */
export const sdkMac = (body: z.infer<typeof sdkBody>, secret: string): string =>
  md5(body.apId, secret, body.ecName, body.templateId ?? body.content, body.serviceId, body.srcId);

/** What a body wants sent: (number, text) pairs, or the gateway's reason to refuse the whole batch. */
export type Items = { pairs: [mobile: string, text: string][] } | { refusal: string };

const MAX_ONE_TO_MANY = 5_000;
/** "Fewer than 1000" in the interface document. */
const MAX_MANY_TO_MANY = 999;
/** The documented limit is unknown; the legacy interface says 5000 characters. */
const MAX_CONTENT = 5_000;
const mobile = /^1\d{10}$/;

/** One text to many numbers. */
export function oneToMany(list: readonly string[], text: string): Items {
  if (list.length > MAX_ONE_TO_MANY) return { refusal: 'TooManyMobiles' };
  return checked(list.map((to) => [to, text]));
}

const textsByNumber = z.record(z.string(), z.string());

/** Many texts: `content` is a JSON object {number: text} in a string. A key given twice is a number given twice. */
export function manyToMany(content: string): Items {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return { refusal: 'InvalidMessage' };
  }
  const texts = textsByNumber.safeParse(parsed);
  if (!texts.success || Array.isArray(parsed)) return { refusal: 'InvalidMessage' };
  const pairs = Object.entries(texts.data);
  if (pairs.length === 0) return { refusal: 'NoMobile' };
  if (pairs.length > MAX_MANY_TO_MANY) return { refusal: 'TooManyMobiles' };
  return countKeys(content) > pairs.length ? { refusal: 'DupMobile' } : checked(pairs);
}

/** All values are strings, so every string token before a colon is a key; JSON.parse would hide a repeated one. */
const countKeys = (json: string): number =>
  [...json.matchAll(/"(?:[^"\\]|\\.)*"\s*(:?)/g)].filter((token) => token[1] === ':').length;

function checked(pairs: [string, string][]): Items {
  if (new Set(pairs.map(([to]) => to)).size < pairs.length) return { refusal: 'DupMobile' };
  if (!pairs.every(([to]) => mobile.test(to))) return { refusal: 'InvalidMobile' };
  if (pairs.some(([, text]) => text.trim() === '')) return { refusal: 'InvalidMessage' };
  if (pairs.some(([, text]) => text.length > MAX_CONTENT)) return { refusal: 'ExceedMaxContentLength' };
  return { pairs };
}
