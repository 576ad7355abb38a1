import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { COUNTY } from '../accounts/index.js';
import { importFormSchema, Imports, UnreadableFile, type ImportView } from '../audience/index.js';
import { Clock, readInput } from '../platform/index.js';
import { answering, command, errorText, Refusal } from './answer.js';
import { TERMINAL, withRooms } from './rooms.js';

interface Options {
  readonly dryRun?: boolean;
  readonly mapping?: string;
}

const UNFINISHED = ['queued', 'running'];
const LOOK_AGAIN_MS = 500;
const TELL_EVERY_MS = 1000;

async function readMapping(path: string | undefined) {
  if (path === undefined) return {};
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw new Refusal(`${path} cannot be read.`);
  try {
    return readInput(importFormSchema, { mapping: text }).mapping ?? {};
  } catch (error) {
    throw new Refusal(`${path}: ${errorText(error)}`);
  }
}

async function bringIn(file: string, { dryRun = false, mapping }: Options): Promise<ImportView> {
  const read = await readMapping(mapping);
  return withRooms(async (get) => {
    const imports = get(Imports);
    const watch = new Watch(imports);
    try {
      const how = { by: TERMINAL, scope: COUNTY, dryRun, mapping: read };
      let view = await imports.importFile(file, how, (id) => watch.begin(id));
      // A server on the same database may have taken the file in hand first: then it is waited for.
      while (UNFINISHED.includes(view.status)) {
        await get(Clock).sleep(LOOK_AGAIN_MS);
        view = (await imports.find(view.id, TERMINAL)) ?? view;
      }
      return view;
    } finally {
      watch.end();
    }
  });
}

/** Says on the error channel how far an import has come, and cancels it at Ctrl-C. */
class Watch {
  private timer: NodeJS.Timeout | undefined;
  private stop = (): void => undefined;

  constructor(private readonly imports: Imports) {}

  begin(id: string): void {
    this.timer = setInterval(() => void this.tell(id), TELL_EVERY_MS).unref();
    this.stop = () => {
      process.stderr.write('cancelling; what was taken so far is kept …\n');
      this.imports.cancel(id, TERMINAL).catch((error: unknown) => {
        process.stderr.write(`it cannot be cancelled: ${errorText(error)}\n`);
      });
    };
    // Only the first: who insists ends the process, and the import is taken up again where it stood.
    process.once('SIGINT', this.stop);
  }

  private async tell(id: string): Promise<void> {
    const view = await this.imports.find(id, TERMINAL).catch(() => null);
    if (view?.status !== 'running') return;
    const share = Math.floor(view.progress * 100);
    process.stderr.write(`${share} %: ${view.total.toLocaleString('en')} rows read, ${view.rejected} rejected\n`);
  }

  end(): void {
    clearInterval(this.timer);
    process.off('SIGINT', this.stop);
  }
}

function summary(view: ImportView): string {
  const { total, created, updated, unchanged, rejected } = view;
  const lines = [
    `${view.status === 'cancelled' ? 'Cancelled. ' : ''}${view.dryRun ? 'Would take' : 'Took'} ${total} rows: ${created} created, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected.`,
    ...view.warnings.map((w) => `warning: ${w.code} (${JSON.stringify(w)})`),
  ];
  if (rejected > 0) lines.push(`The rejected rows with their reasons: GET /api/v1/people/imports/${view.id}/rejects`);
  return lines.join('\n');
}

/** `import-people`: the same import as over the API, to its end. */
export const addImportPeople = (program: Command): void => {
  command(program, 'import-people <file>', 'bring people in from a CSV or XLSX file')
    .option('--dry-run', 'only count and reject; nothing is kept')
    .option('--mapping <file>', 'JSON: our field to their header')
    .action(
      answering(async (file: string, options: Options) => {
        const view = await bringIn(file, options).catch((error: unknown) => {
          if (error instanceof UnreadableFile) throw new Refusal(`${file}: ${error.message}`);
          throw error;
        });
        if (view.status === 'done') return { data: view, text: summary(view) };
        if (view.status === 'cancelled') return { data: view, text: summary(view), isBad: true };
        const why = view.error ?? `it is ${view.status}`;
        return { data: view, text: `${file} was not taken: ${why}`, isBad: true };
      }),
    );
};
