export interface Line {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly subject: string;
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

export const ok = (subject: string, text: string): Line => ({ state: 'ok', subject, text });
export const warn = (subject: string, text: string, advice: string): Line => ({ state: 'warn', subject, text, advice });
export const fail = (subject: string, text: string, advice: string): Line => ({ state: 'fail', subject, text, advice });
