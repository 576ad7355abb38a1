import { z } from 'zod';
import { parseChinaTime, type Instant } from '../../platform/kernel/index.js';
import type { Push, Receipt, Received, ReceiptOutcome } from '../contract.js';
import { badNumbers, outcomes, smartOutcomes } from './codes.js';

/** Receipts of an account come for every program that uses it; the letters tell which calls are ours. */
const OURS = /^td([0-9a-z]{1,11})$/;

/** A push that is far longer than the platform's comes from somebody else and would only keep us busy. */
const MAX_ROWS = 5_000;

/** Our delivery in at most 15 bytes: it comes back in the receipts. */
export const outIdOf = (deliveryId: number): string => `td${deliveryId.toString(36)}`;

export function deliveryOf(outId: string): number | undefined {
  const digits = OURS.exec(outId)?.[1];
  const id = digits === undefined ? Number.NaN : Number.parseInt(digits, 36);
  return Number.isSafeInteger(id) && outIdOf(id) === outId ? id : undefined;
}

const field = z
  .union([z.string(), z.number(), z.null()])
  .transform((value) => (value === null ? '' : String(value).trim()))
  .default('');

const report = z
  .object({
    call_id: field,
    out_id: field,
    callee: field,
    status_code: field,
    smart_status_code: field,
    duration: field,
    dtmf: field,
    start_time: field,
    end_time: field,
    originate_time: field,
    status_time: field,
  })
  .refine(({ call_id, out_id }) => call_id !== '' || out_id !== '')
  .refine(({ status_code, smart_status_code }) => status_code !== '' || smart_status_code !== '');

/** VoiceCallReport's "a key was pressed". */
const KEY_DURING_CALL = '300000';

function readStatus(status: string, smart: string): { outcome: ReceiptOutcome; code: string } {
  const byStatus = outcomes.get(status) ?? 'unknown';
  const bySmart = smartOutcomes.get(smart);
  // The finer code decides; the plain one is kept where both say the same, for it is the one that officers know.
  if (bySmart !== undefined && bySmart !== byStatus) return { outcome: bySmart, code: smart };
  return { outcome: byStatus, code: status || smart };
}

const receiptFrom = (row: z.infer<typeof report>, receivedAt: Instant): Receipt => {
  const key = /^[0-9*#]/.exec(row.dtmf)?.[0];
  const said = readStatus(row.status_code, row.smart_status_code);
  // A key told during the call is no outcome by itself, but nobody presses one without having answered.
  const outcome = said.code === KEY_DURING_CALL && key !== undefined ? 'delivered' : said.outcome;
  const { code } = said;
  const deliveryId = deliveryOf(row.out_id);
  const times = [row.end_time, row.status_time, row.start_time, row.originate_time].map(parseChinaTime);
  const talked = /^\d{1,6}$/.test(row.duration) ? Number(row.duration) : undefined;
  const isBad = badNumbers.has(code) || badNumbers.has(row.smart_status_code);
  return {
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(row.call_id === '' ? {} : { ref: row.call_id }),
    ...(row.callee === '' ? {} : { to: row.callee }),
    outcome,
    code,
    at: times.find((time) => time !== null) ?? receivedAt,
    ...(outcome === 'delivered' && talked !== undefined ? { seconds: talked } : {}),
    ...(key === undefined ? {} : { key }),
    ...(isBad ? { badNumber: true } : {}),
  };
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Reads a VoiceReport (a list) or a VoiceCallReport (one, during the call). The platform signs nothing: the token in the address
 * is the proof. It waits for `{"code":0}` and repeats after 1, 5 and 10 minutes without it.
 */
export function readPushed(push: Push): Received | null {
  if (push.method !== 'POST') return null;
  const parsed = json(push.body);
  const rows: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (rows.length > MAX_ROWS) return null;
  const receipts: Receipt[] = [];
  for (const row of rows) {
    const read = report.safeParse(row);
    if (read.success) receipts.push(receiptFrom(read.data, push.receivedAt));
  }
  if (receipts.length === 0) return null;
  return {
    receipts,
    uplinks: [],
    reply: { status: 200, contentType: 'application/json; charset=utf-8', body: '{"code":0,"msg":"ok"}' },
  };
}
