export type AnswerFormat = 'json' | 'csv' | 'xlsx';

/** Which form the answer takes: `format` where it is given, else the first of ours that `Accept` names, else JSON. */
export function answerFormat(asked: AnswerFormat | undefined, accept: string | undefined): AnswerFormat {
  if (asked) return asked;
  for (const part of (accept ?? '').split(',')) {
    const type = part.split(';')[0]!.trim().toLowerCase();
    if (type === 'text/csv') return 'csv';
    if (type === 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet') return 'xlsx';
    if (type === 'application/json') return 'json';
  }
  return 'json';
}
