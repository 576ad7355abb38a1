import { Injectable } from '@nestjs/common';
import { Clock, CountyTime, sha256 } from '../platform/index.js';
import { canonical } from './canonical.js';
import { ChainVerifier, GENESIS, type Checkpoint, type Link, type SealedEntry } from './chain.js';
import { Checkpoints } from './checkpoints.service.js';
import { Entries, type Period } from './entries.service.js';
import type { Verification } from './verify.service.js';

/** What an export cannot tell: its settlement events stayed in the database. */
type ExportVerification = Omit<Verification, 'roots' | 'unrooted'>;

const PAGE = 1_000;

interface Header {
  readonly ledger: 'tidecall';
  readonly version: 1;
  readonly exportedAt: string;
  /** The entry before the first line; the chain is taken up from it. */
  readonly after: Link;
  readonly end: Link;
  readonly unsealed: number;
}
type ExportedEntry = Omit<SealedEntry, 'detail'> & { readonly detail: unknown };
interface CheckpointLine {
  readonly checkpoint: Checkpoint;
}
type Line = Header | CheckpointLine | ExportedEntry;

/**
 * The ledger as lines of JSON, to be verified away from the database (`scripts/verify-ledger.mjs`): a header, the
 * checkpoints, then each sealed entry in the order of the chain. An entry's `at` is in milliseconds, as it was hashed.
 */
@Injectable()
export class LedgerExport {
  constructor(
    private readonly entries: Entries,
    private readonly checkpoints: Checkpoints,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  async *lines(period: Period = {}): AsyncGenerator<string> {
    const { after, end } = await this.range(period);
    const header: Header = {
      ledger: 'tidecall',
      version: 1,
      exportedAt: this.county.iso(this.clock.now()),
      after,
      end,
      unsealed: await this.entries.countUnsealed(),
    };
    yield `${JSON.stringify(header)}\n`;
    for (const checkpoint of await this.checkpoints.within(after.seq + 1, end.seq))
      yield `${JSON.stringify({ checkpoint })}\n`;
    for (let seq = after.seq; seq < end.seq;) {
      const rows = await this.entries.sealed(seq, end.seq, PAGE);
      if (rows.length === 0) return;
      yield rows.map(exported).join('');
      seq = rows.at(-1)!.seq;
    }
  }

  private async range(period: Period): Promise<{ after: Link; end: Link }> {
    if (period.from === undefined && period.to === undefined) {
      const head = await this.entries.head();
      return { after: GENESIS, end: head ? { seq: head.seq, hash: head.hash } : GENESIS };
    }
    const { first, last } = await this.entries.bounds(period);
    if (first === null || last === null) return { after: GENESIS, end: GENESIS };
    const after = (first === 1 ? null : await this.entries.link(first - 1)) ?? GENESIS;
    return { after, end: (await this.entries.link(last)) ?? after };
  }
}

/** Some readers take U+2028 and U+2029 for the end of a line; escaped, they are the same text to JSON. */
const exported = ({ mac: _, detail, ...entry }: SealedEntry): string =>
  `${JSON.stringify(entry).slice(0, -1)},"detail":${detail}}\n`.replace(/[\u2028\u2029]/g, (c) =>
    c === '\u2028' ? '\\u2028' : '\\u2029',
  );

const isHeader = (line: Line): line is Header => 'ledger' in line;
const isCheckpoint = (line: Line): line is CheckpointLine => 'checkpoint' in line;

/** Verifies an export without a database: the same rules as the standalone script, for the command line. */
export async function verifyExport(lines: AsyncIterable<string> | Iterable<string>): Promise<ExportVerification> {
  let header: Header | null = null;
  let chain: ChainVerifier | null = null;
  const checkpoints: Checkpoint[] = [];
  let number = 0;
  const failed = (why: string): ExportVerification => ({
    valid: false,
    entries: chain?.entries ?? 0,
    checkpoints: chain?.checkpointsHeld ?? 0,
    unsealed: header?.unsealed ?? 0,
    head: chain?.at ?? GENESIS,
    firstBad: { seq: null, id: null, why },
  });
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    const line = readLine(text);
    if (!line) return failed(`line ${number} is no JSON`);
    if (isHeader(line)) header = line;
    else if (!header) return failed('the first line is no header of a ledger export');
    else if (isCheckpoint(line)) checkpoints.push(line.checkpoint);
    else {
      chain ??= new ChainVerifier({ hash: sha256, after: header.after, checkpoints });
      if (!chain.add({ ...line, detail: canonical(line.detail) })) break;
    }
  }
  if (!header) return failed('the file is empty');
  chain ??= new ChainVerifier({ hash: sha256, after: header.after, checkpoints });
  const firstBad = chain.finish(header.end);
  return {
    valid: firstBad === null,
    entries: chain.entries,
    checkpoints: chain.checkpointsHeld,
    unsealed: header.unsealed,
    head: chain.at,
    ...(firstBad ? { firstBad } : {}),
  };
}

function readLine(text: string): Line | null {
  try {
    const line = JSON.parse(text) as unknown;
    return typeof line === 'object' && line !== null ? (line as Line) : null;
  } catch {
    return null;
  }
}
