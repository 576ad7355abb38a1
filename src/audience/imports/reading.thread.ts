/**
 * The thread that reads a list of people: it decrypts the upload, finds out its format, reads each row and seals what the
 * database keeps sealed, while the main thread writes. It says what it finds on its port (`Told`) and is asked for more (`Asked`).
 */
import { parentPort, workerData } from 'node:worker_threads';
import { CountyTime } from '../../platform/clock/county-time.js';
import { Vault } from '../../platform/crypto/vault.js';
import { RulesOfCounty } from '../people/county-person-rules.js';
import { PersonSeals } from '../people/person-seals.js';
import { withDefaults } from './default-columns.js';
import { openPeopleTable } from './people-table.reader.js';
import { readPeople } from './reading.js';
import type { Asked, ReadingOrder, Told } from './reading-thread.js';
import { SealedFile } from './sealed-file.service.js';
import { UnreadableFile } from './table.js';

const port = parentPort!;
const order = workerData as ReadingOrder;
const say = (told: Told): void => port.postMessage(told);

let wanted = 0;
let wantsSeals = true;
let wake = (): void => undefined;
port.on('message', (asked: Asked) => {
  wanted += 1;
  wantsSeals = asked.seals;
  wake();
});

/** Waits until the other side can take one more chunk: the file is not read faster than it is written. */
async function untilWanted(): Promise<void> {
  while (wanted === 0) await new Promise<void>((resolve) => (wake = resolve));
  wanted -= 1;
}

async function read(): Promise<void> {
  const file = await SealedFile.open(order.path, Buffer.from(order.secret));
  try {
    const table = withDefaults(await openPeopleTable(file, order.mapping), order.defaults);
    say({ kind: 'opened', header: table.header, unknown: table.unknown });
    const rules = new RulesOfCounty(order.people, new CountyTime(order.timeZone), () => order.now);
    const by = { rules, seals: new PersonSeals(Vault.of(order.keys)), wantsSeals: () => wantsSeals };
    const from = { doneLine: order.doneLine, rejected: new Set(order.rejected) };
    for await (const chunk of readPeople(table, by, from)) {
      await untilWanted();
      // One text costs half of what a copy of all the objects does.
      say({ kind: 'chunk', text: JSON.stringify(chunk) });
    }
    say({ kind: 'end' });
  } finally {
    await file.close();
  }
}

await read().catch((error: unknown) => {
  if (!(error instanceof UnreadableFile)) throw error;
  say({ kind: 'unreadable', code: error.code, message: error.message });
});
port.close();
