import { JSONPath } from 'jsonpath-plus';
import type { Push, Receipt, Received } from '../contract.js';
import type { Settings } from './settings.js';

type Fields = Readonly<Record<string, unknown>>;

export const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The text or number at a path of members and indexes; the settings let no other path in, and nothing is evaluated. */
export function textAt(document: unknown, path: string): string | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const found: unknown = JSONPath({ path, json: document, eval: false, wrap: true });
  const first: unknown = Array.isArray(found) ? found[0] : undefined;
  return typeof first === 'string' || typeof first === 'number' ? String(first) : undefined;
}

/** A push that is far longer than any gateway's comes from somebody else and would only keep us busy. */
const MAX_ROWS = 5_000;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a push says: the query of a GET; JSON (one or a list) or a form of a POST, over the query that our address carried. */
function rowsOf({ method, query, body }: Push): Fields[] {
  if (method === 'GET') return [query];
  const parsed = json(body);
  const rows = (Array.isArray(parsed) ? parsed : [parsed]).filter(isFields);
  if (rows.length > 0) return rows.map((row) => ({ ...query, ...row }));
  return [{ ...query, ...Object.fromEntries(new URLSearchParams(body)) }];
}

const valueAt = (row: Fields, place: string | undefined): string | undefined => {
  if (place === undefined) return undefined;
  if (place.startsWith('$')) return textAt(row, place);
  const value = Object.hasOwn(row, place) ? row[place] : undefined;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return text === '' ? undefined : text;
};

const numberOf = (text: string | undefined): number | undefined => {
  const id = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : undefined;
};

function receiptFrom(row: Fields, { receipt, id, echoes }: Settings, at: number): Receipt | null {
  if (!receipt) return null;
  const { fields, statuses } = receipt;
  const code = valueAt(row, fields.status);
  if (code === undefined) return null;
  const said = valueAt(row, fields.ref);
  // Without an id of the gateway's own, a reference can only be the number that we put into the request.
  const isOurs = id === undefined && echoes === 'delivery';
  const deliveryId = numberOf(valueAt(row, fields.deliveryId)) ?? (isOurs ? numberOf(said) : undefined);
  const ref = isOurs ? undefined : said;
  const to = valueAt(row, fields.to)?.replace(/^(?:\+|00)?86(?=1\d{10}$)/, '');
  if (deliveryId === undefined && ref === undefined && to === undefined) return null;
  return {
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(ref === undefined ? {} : { ref }),
    ...(to === undefined ? {} : { to }),
    outcome: Object.hasOwn(statuses, code) ? (statuses[code] ?? 'unknown') : 'unknown',
    code,
    at,
  };
}

/** Reads a receipt by the mapping of the settings. The token in our address is the proof of who speaks. */
export function readPushed(push: Push, own: Settings): Received | null {
  if (!own.receipt || push.method !== own.receipt.method) return null;
  const rows = rowsOf(push);
  if (rows.length > MAX_ROWS) return null;
  const receipts = rows.flatMap((row) => receiptFrom(row, own, push.receivedAt) ?? []);
  if (receipts.length === 0) return null;
  return {
    receipts,
    uplinks: [],
    reply: { status: 200, contentType: 'text/plain; charset=utf-8', body: own.receipt.reply },
  };
}
