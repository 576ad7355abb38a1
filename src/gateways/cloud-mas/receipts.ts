import { z } from 'zod';
import { parseChinaTime, type Instant } from '../../platform/kernel/index.js';
import type { Push, Receipt, Received, ReceiptOutcome, Uplink } from '../contract.js';
import { badNumbers, isFailure, refusalLists, successes } from './codes.js';

/** The platform sends at most a thousand; what is far longer comes from somebody else and would only keep us busy. */
const MAX_ROWS = 5_000;

const field = z.union([z.string(), z.number()]).transform(String);

const mobile = field
  .transform((text) => text.replace(/^(?:\+?86)(?=1\d{10}$)/, ''))
  .refine((text) => /^\d{5,20}$/.test(text));

const report = z
  .object({
    mobile,
    msgGroup: field.optional(),
    mgsGroup: field.optional(),
    reportStatus: field.default(''),
    errorCode: field.default(''),
    receiveDate: field.default(''),
    submitDate: field.default(''),
  })
  .refine(({ reportStatus, errorCode }) => reportStatus !== '' || errorCode !== '');

const uplink = z.object({ mobile, smsContent: field, sendTime: field.default(''), addSerial: field.default('') });

/**
 * The document puts DELIVRD into `reportStatus` and a failure into `errorCode`; observed pushes carry `CM:0000` and `DELIVRD`,
 * observed failures the same code in both. So: delivered where one says so and the other says nothing else.
 */
function readStatus(reportStatus: string, errorCode: string): { outcome: ReceiptOutcome; code: string } {
  const said = [errorCode, reportStatus].filter((code) => code !== '');
  const other = said.find((code) => !successes.has(code));
  if (other === undefined) return { outcome: 'delivered', code: said[0] ?? '' };
  return { outcome: isFailure(other) ? 'undelivered' : 'unknown', code: other };
}

const receiptFrom = (row: z.infer<typeof report>, receivedAt: Instant): Receipt => {
  const { outcome, code } = readStatus(row.reportStatus.trim(), row.errorCode.trim());
  const ref = row.msgGroup || row.mgsGroup;
  return {
    ...(ref ? { ref } : {}),
    to: row.mobile,
    outcome,
    code,
    at: parseChinaTime(row.receiveDate) ?? parseChinaTime(row.submitDate) ?? receivedAt,
    ...(badNumbers.has(code) ? { badNumber: true } : {}),
    ...(refusalLists.has(code) ? { optedOut: true } : {}),
  };
};

const uplinkFrom = (row: z.infer<typeof uplink>, receivedAt: Instant): Uplink => ({
  from: row.mobile,
  text: row.smsContent,
  at: parseChinaTime(row.sendTime) ?? receivedAt,
});

/** Reads rows as they are pushed or polled; rows that are neither a report nor an uplink are left out. */
function readRows(rows: readonly unknown[], receivedAt: Instant): Omit<Received, 'reply'> {
  const receipts: Receipt[] = [];
  const uplinks: Uplink[] = [];
  for (const row of rows) {
    const asUplink = uplink.safeParse(row);
    const asReport = report.safeParse(row);
    if (asUplink.success) uplinks.push(uplinkFrom(asUplink.data, receivedAt));
    else if (asReport.success) receipts.push(receiptFrom(asReport.data, receivedAt));
  }
  return { receipts, uplinks };
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const unpacked = (text: string): unknown => {
  const trimmed = text.trim();
  return json(trimmed) ?? (BASE64.test(trimmed) ? json(Buffer.from(trimmed, 'base64').toString('utf8')) : undefined);
};

/** A form's own fields, or one field that holds the JSON. */
const formRows = (body: string): unknown[] => {
  const fields = [...new URLSearchParams(body)];
  const packed = fields.flatMap(([, value]) => rowsIn(unpacked(value)));
  return packed.length > 0 ? packed : [Object.fromEntries(fields)];
};

const rowsIn = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : typeof value === 'object' && value !== null ? [value] : [];

/** The rows of a text in any of the forms seen: JSON, Base64 of JSON, a form. */
const rowsOf = (body: string): unknown[] => {
  const rows = rowsIn(unpacked(body));
  return rows.length > 0 || !body.includes('=') ? rows : formRows(body);
};

/**
 * Reads a push. The platform signs nothing: the address with its token, or the sender's address, is all the proof there is.
 * What answer it waits for is not published; 200 and OK has been enough for public receivers.
 */
export function readPushed(push: Push): Received | null {
  if (push.method !== 'POST') return null;
  const rows = rowsOf(push.body);
  if (rows.length > MAX_ROWS) return null;
  const { receipts, uplinks } = readRows(rows, push.receivedAt);
  if (receipts.length + uplinks.length === 0) return null;
  return { receipts, uplinks, reply: { status: 200, contentType: 'text/plain; charset=utf-8', body: 'OK' } };
}

const refusal = z.object({ rspcod: z.string() });

/** Reads the answer to a poll: an array of rows. Throws where the platform refuses the poll, except for being asked too soon. */
export function readPolled(body: string, receivedAt: Instant): Omit<Received, 'reply'> {
  const rows = unpacked(body);
  if (Array.isArray(rows)) return readRows(rows, receivedAt);
  const refused = refusal.safeParse(rows);
  if (refused.success && refused.data.rspcod === 'RequestTooOften') return { receipts: [], uplinks: [] };
  throw new Error(
    `the poll was refused: ${refused.success ? refused.data.rspcod.slice(0, 64) : 'the answer cannot be read'}`,
  );
}
