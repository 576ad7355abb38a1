import { IncidentImports, Incidents } from '../../src/incidents/index.js';
import { Sentences } from '../../src/library/languages/sentences.service.js';
import { Library } from '../../src/library/library.service.js';
import { OwnLists } from '../../src/library/own-list/own-list.service.js';
import { ScriptRepository } from '../../src/library/scripts/script.repository.js';
import { Scripts } from '../../src/library/scripts/scripts.service.js';
import { LibrarySeed } from '../../src/library/seed.service.js';
import { Shelves } from '../../src/library/shelf.service.js';
import { Weights } from '../../src/library/weights/weights.service.js';
import { Wordings } from '../../src/library/wordings.service.js';
import {
  Config,
  CountyTime,
  IdBlocks,
  Ledger,
  SteppedClock,
  SystemChance,
  type Database,
  type LedgerRecord,
} from '../../src/platform/index.js';
import { testVault } from './accounts.js';

export const LIBRARY_NOW = Date.UTC(2026, 10, 24, 1);
export const officer = { id: '01OFFICER00000000000000000', name: 'officer' };
export const reader = { id: '01READER000000000000000000', name: 'reader' };
export const approver = { id: '01APPROVER0000000000000000', name: 'approver' };

export const libraryConfig = new Config(
  {
    office: { name: '示例县公安局', callerName: '示例县反诈中心', hotline: '96110' },
    timeZone: 'Asia/Shanghai',
    townships: [
      { code: '330000100', name: '示例镇' },
      { code: '330000101', name: '邻镇' },
    ],
    gateways: [],
    library: { optOutSuffix: '拒收回T', optOutSuffixWhen: 'monthly', allowedLinks: [], allowedNumbers: ['110'] },
  } as unknown as Config['settings'],
  {} as Config['environment'],
);

/** Keeps what was written, so that a test can read it. */
export class KeptLedger extends Ledger {
  readonly records: LedgerRecord[] = [];
  override async write(record: LedgerRecord): Promise<void> {
    this.records.push(record);
  }
}

/** The services of the library over a database, as one process has them. */
export function libraryRoom(database: Database) {
  const clock = new SteppedClock(LIBRARY_NOW);
  const chance = new SystemChance();
  const ledger = new KeptLedger();
  const ids = new IdBlocks(database);
  const shelves = new Shelves(database);
  const records = new ScriptRepository(database, ids);
  const incidents = new Incidents(database, clock, chance, libraryConfig, testVault(), ledger);
  const wordings = new Wordings(libraryConfig);
  const sentences = new Sentences(database, ids, clock, ledger, wordings);
  const library = new Library(database, shelves, sentences, incidents);
  library.onModuleInit();
  const weights = new Weights(database, shelves, libraryConfig, clock, ledger);
  const lists = new OwnLists(database, shelves, weights, clock, ledger);
  return {
    database,
    clock,
    ledger,
    records,
    incidents,
    imports: new IncidentImports(database, new CountyTime('Asia/Shanghai'), incidents),
    library,
    lists,
    sentences,
    shelves,
    weights,
    wordings,
    scripts: new Scripts(database, records, shelves, wordings, clock, chance, ledger),
    seed: new LibrarySeed(database, ids, clock, ledger, lists, sentences),
  };
}
export type LibraryRoom = ReturnType<typeof libraryRoom>;
