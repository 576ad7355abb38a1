import type { Command } from 'commander';
import { LedgerVerifier, Sealer } from '../audit/index.js';
import { CounterRebuild } from '../dispatch/index.js';
import { Database, Ledger, loadConfig } from '../platform/index.js';
import { answering, command, Refusal, type Answer } from './answer.js';
import { verifyArchive, type ArchiveSummary } from './backup/archive.js';
import { load } from './backup/load.js';
import { emptyPlace, refuseStrangers, withKeys, type Place } from './backup/place.js';
import { recordRestore, type Quarantined } from './backup/quarantine.js';
import { TERMINAL, withRooms, type Rooms } from './rooms.js';

interface Options {
  readonly despiteDifferences?: boolean;
}
interface Proof {
  readonly ledgerEntries: number;
  /** Written, and not yet in the chain when the backup was made. */
  readonly unsealed: number;
  readonly mistakes: readonly string[];
}

const NEXT = `Nothing sends until somebody decides:
  - Each paused run: resume it if its messages did not leave after the backup, else cancel it.
  - Each paused campaign: resume it; it goes on with its next occurrence, those in between are told as skipped.
  - What came in after the backup is not in it: opt-outs, erasures, imports, users that were shut out. Enter them again first.
  - Everybody signs in again.`;

/** What a restored database has to prove before anybody relies on it. */
async function prove(get: Rooms): Promise<Proof> {
  const ledger = await get(LedgerVerifier).verify();
  const differences = await get(CounterRebuild).differences();
  const mistakes = [];
  if (!ledger.valid)
    mistakes.push(
      `the ledger does not hold at entry ${ledger.firstBad?.seq ?? '?'}: ${ledger.firstBad?.why ?? 'unknown'}`,
    );
  if (differences.length > 0)
    mistakes.push(`${differences.length} counters differ from their deliveries, the first: ${differences[0]}`);
  return { ledgerEntries: ledger.entries, unsealed: ledger.unsealed, mistakes };
}

async function finish(place: Place, { header, sha256 }: ArchiveSummary, rest: Quarantined & Options): Promise<Proof> {
  const { campaigns, runs, despiteDifferences = false } = rest;
  return withRooms(
    async (get) => {
      const proof = await prove(get);
      const despite = proof.mistakes.length > 0;
      if (despite && !despiteDifferences)
        throw new Refusal(
          `Not restored: ${proof.mistakes.join('; ')}. (--despite-differences restores it all the same.)`,
        );
      const of = { campaigns, runs, madeAt: header.madeAt, sha256, despite };
      await get(Database).transaction(() => recordRestore(get(Ledger), TERMINAL, of));
      await get(Sealer).sealAll();
      return proof;
    },
    { config: place.config, migrate: true },
  );
}

async function restore(file: string, options: Options): Promise<Answer> {
  const summary = await verifyArchive(file);
  const config = withKeys(loadConfig());
  refuseStrangers(summary.header, config);
  const place = await emptyPlace(config, summary.header);
  try {
    const stopped = await load(file, summary, place.config);
    const proof = await finish(place, summary, { ...stopped, ...options });
    await place.settle();
    return answer(summary, stopped, proof);
  } catch (error) {
    await place.undo();
    throw error;
  }
}

function answer({ header, rows, sha256 }: ArchiveSummary, stopped: Quarantined, proof: Proof): Answer {
  const { madeAt, tables } = header;
  const { ledgerEntries, unsealed, mistakes } = proof;
  const text = [
    `Restored ${rows} rows of ${tables.length} tables as of ${madeAt}; the checksum fits.`,
    ...(mistakes.length === 0
      ? [
          `The ledger holds (${ledgerEntries} entries, ${unsealed} more not yet in the chain then), and the counters agree with the deliveries.`,
        ]
      : mistakes.map((m) => `DESPITE: ${m}`)),
    `Paused: ${stopped.campaigns.length} campaigns, ${stopped.runs.length} runs.`,
    NEXT,
  ].join('\n');
  const data = { madeAt, tables: tables.length, rows, sha256, ledgerEntries, mistakes };
  return { data: { ...data, paused: { campaigns: stopped.campaigns, runs: stopped.runs } }, text };
}

/** `restore`: into an empty place only, proved before it is believed, and quiet until a person decides. */
export const addRestore = (program: Command): void => {
  command(program, 'restore <file>', 'restore a backup into an empty database; nothing sends until somebody decides')
    .option('--despite-differences', 'also where its ledger or its counters do not hold; the ledger says so')
    .action(answering((file: string, options: Options) => restore(file, options)));
};
