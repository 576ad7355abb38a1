/** County time is Asia/Shanghai, UTC+8 the whole year since 1991, so plain arithmetic is exact. */
const OFFSET_MS = 8 * 3_600_000;

const iso = (at: number): string => new Date(at + OFFSET_MS).toISOString();

/** `yyyy-MM-dd HH:mm:ss` in county time; `at` in epoch milliseconds (Aliyun receipts, MAS uplinks). */
export const plainTime = (at: number): string => iso(at).slice(0, 19).replace('T', ' ');

/** `yyyyMMddHHmmss` in county time (MAS reports). */
export const compactTime = (at: number): string => iso(at).slice(0, 19).replace(/[-T:]/g, '');

/** `MMDDhhmmss` in county time, the head of a MAS `msgGroup`. */
export const monthToSecond = (at: number): string => compactTime(at).slice(4);
