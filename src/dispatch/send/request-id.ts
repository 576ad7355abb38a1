/** Letters and digits, 32 of them: the same whenever a call is encoded, unique for ever. */
export const requestIdOf = (callId: number): string => `tc${callId.toString(36).padStart(30, '0')}`;

/** The call of a request id that a gateway repeats; null where it is none of ours. */
export function callOfRequest(requestId: string): number | null {
  if (!/^tc[0-9a-z]{30}$/.test(requestId)) return null;
  const id = Number.parseInt(requestId.slice(2), 36);
  return Number.isSafeInteger(id) && requestIdOf(id) === requestId ? id : null;
}
