import type { Readable } from 'node:stream';
import { Option, type Command } from 'commander';
import { Exports, reachSheet, Reports, sendsSheet, type Cut, type Sheet } from '../reports/index.js';
import { answering, command, WrongWords, type Answer } from './answer.js';
import { TERMINAL, withRooms, type Rooms } from './rooms.js';
import { table } from './table.js';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly groupBy?: string;
  readonly csv?: boolean;
}
type Kind = 'sends' | 'reach';

const FLAGS: Readonly<Record<string, string>> = { '/from': '--from', '/to': '--to', '/groupBy': '--group-by' };

async function wholeText(stream: Readable): Promise<string> {
  const parts: string[] = [];
  for await (const part of stream) parts.push(String(part));
  return parts.join('');
}

/** Columns in which nothing was counted are left out: what is not there does not have to be read. */
function shown({ columns, rows, totals }: Sheet): string {
  const first = columns[0]!;
  const isCut = first.kind === 'text';
  const lines = [...(isCut ? rows : []), ...(totals ? [isCut ? { ...totals, [first.key]: '合计' } : totals] : [])];
  const used = columns.filter((c) => c.kind === 'text' || lines.some((row) => Number(row[c.key] ?? 0) !== 0));
  if (used.every((c) => c.kind === 'text')) return 'Nothing was counted.';
  return table(
    used.map((c) => c.header),
    lines.map((row) => used.map((c) => row[c.key])),
  );
}

async function answer(kind: Kind, cut: Cut, { get, csv }: { get: Rooms; csv: boolean }): Promise<Answer> {
  const sends = kind === 'sends' ? await get(Reports).sends(cut, TERMINAL) : null;
  const reach = kind === 'reach' ? await get(Reports).reach(cut, TERMINAL) : null;
  const report = (sends ?? reach)!;
  const sheet = sends ? sendsSheet(sends) : reachSheet(reach!);
  if (csv) {
    const order = { report: kind, format: 'csv' as const, cut, head: report, sheet, by: TERMINAL };
    return { data: report, text: await wholeText((await get(Exports).make(order)).stream) };
  }
  const period = `${report.period.from} to ${report.period.to} (exclusive)`;
  return {
    data: report,
    text: [period, '', shown(sheet), '', ...report.notes.map(({ zh, en }) => `${zh}${en}`)].join('\n'),
  };
}

const make = (kind: Kind, { csv = false, ...query }: Options): Promise<Answer> =>
  withRooms((get) => {
    const cut = get(Reports).cut(query, TERMINAL);
    if (cut.ok) return answer(kind, cut.value, { get, csv });
    throw new WrongWords(cut.mistakes.map((m) => `${FLAGS[m.path] ?? m.path}: ${m.message}`).join('; '));
  });

/** `report sends` and `report reach`: the same reports as over the API. */
export const addReport = (program: Command): void => {
  const report = program.command('report').description('what was sent, and whom it reached');
  const kinds: [Kind, string][] = [
    ['sends', 'what was sent, by state'],
    ['reach', 'whom it reached'],
  ];
  for (const [kind, description] of kinds) {
    command(report, kind, description)
      .option('--from <date>', 'the first day, or an instant with its offset (the beginning of this month)')
      .option('--to <date>', 'exclusive (the end of that month)')
      .option(
        '--group-by <cuts>',
        'day, week, month, channel, gateway, population, township, type, trick, campaign; with commas',
      )
      .addOption(new Option('--csv', 'as CSV for a spreadsheet').conflicts('json'))
      .action(answering((options: Options) => make(kind, options)));
  }
};
