import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { threadFile, type Instant, type VaultKeys } from '../../platform/index.js';
import type { PersonSettings } from '../people/county-person-rules.js';
import type { RowDefaults } from './default-columns.js';
import type { Mapping } from './people-table.reader.js';
import type { ReadChunk } from './reading.js';
import { UnreadableFile } from './table.js';

/** What the thread needs in order to read a file. */
export interface ReadingOrder {
  readonly path: string;
  readonly secret: Uint8Array;
  readonly mapping: Mapping;
  readonly defaults: RowDefaults;
  readonly doneLine: number;
  readonly rejected: readonly number[];
  readonly people: PersonSettings;
  readonly timeZone: string;
  /** When the reading began: nobody is born later. */
  readonly now: Instant;
  readonly keys: VaultKeys;
}

export type Told =
  | { readonly kind: 'opened'; readonly header: readonly string[]; readonly unknown: readonly string[] }
  | { readonly kind: 'chunk'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly code: string; readonly message: string }
  | { readonly kind: 'end' };

/** One more chunk is asked for; `seals`: its people are likely to be new. */
export interface Asked {
  readonly seals: boolean;
}

/** Chunks that lie ready while the database works. */
const AHEAD = 5;
/** Megabytes: a thread without limits would keep garbage for as long as there is memory. */
const LIMITS = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 512 };

/** A file that is being read in a thread of its own. Close it, whatever happens. */
export class ReadingThread {
  private constructor(
    private readonly worker: Worker,
    private readonly told: AsyncIterator<[Told]>,
    readonly header: readonly string[],
    readonly unknown: readonly string[],
  ) {}

  /** Opens the file and reads its header. Throws an UnreadableFile where it is none. */
  static async open(order: ReadingOrder): Promise<ReadingThread> {
    const worker = new Worker(threadFile(import.meta.url, './reading.thread.js'), {
      workerData: order,
      resourceLimits: LIMITS,
    });
    const told = on(worker, 'message', { close: ['exit'] })[Symbol.asyncIterator]() as AsyncIterator<[Told]>;
    try {
      const first = await next(told);
      if (first.kind !== 'opened') throw new Error('a file was read before it was opened');
      return new ReadingThread(worker, told, first.header, first.unknown);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  /** The chunks of the file; `seals` is asked after each whether the next people are likely to be new. */
  async *chunks(seals: () => boolean): AsyncGenerator<ReadChunk> {
    const ask = () => this.worker.postMessage({ seals: seals() } satisfies Asked);
    for (let i = 0; i < AHEAD; i += 1) ask();
    for (;;) {
      const told = await next(this.told);
      if (told.kind !== 'chunk') return;
      yield JSON.parse(told.text) as ReadChunk;
      ask();
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

async function next(told: AsyncIterator<[Told]>): Promise<Told> {
  const item = await told.next();
  if (item.done) throw new Error('the thread that reads a file ended before the file did');
  const [said] = item.value;
  if (said.kind === 'unreadable') throw new UnreadableFile(said.code, said.message);
  return said;
}
