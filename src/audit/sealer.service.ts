import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import {
  Alarms,
  always,
  Chance,
  Clock,
  Database,
  LeasedRole,
  Leases,
  marks,
  sha256,
  Vault,
  type GoesOn,
} from '../platform/index.js';
import { entryHash, GENESIS, type EntryContent, type Link } from './chain.js';
import { Checkpoints } from './checkpoints.service.js';
import { headMark, isHeadMarked, isMarked } from './ledger-mark.js';

const ROLE = 'ledger-sealer';
const LEASE_MS = 15_000;
const AT_ONCE = 5_000;
/** Rows of one UPDATE: its CASE is searched for each row, so the work grows with the square. */
const ROWS_A_STATEMENT = 200;

const HEAD_ALTERED =
  'the end of the ledger was altered: nothing more is sealed; run "ledger verify" and compare with a backup';
const FOREIGN = 'rows of the ledger were not written by this application; they stay outside the chain';

interface Unsealed extends EntryContent {
  readonly id: number;
  readonly mac: string;
}
interface Sealed extends Link {
  readonly id: number;
  readonly previousHash: string;
}
interface Pass {
  readonly sealed: number;
  /** Where the next pass goes on; null where nothing is left. */
  readonly after: number | null;
  readonly foreign: number;
  /** The end of the chain was tampered with: nothing was sealed. */
  readonly refused: boolean;
}

/**
 * Puts written entries into the chain, in one process at a time.
 *
 * On MariaDB a row's id is given when it is inserted but seen when its transaction commits, so a lower id may turn up after
 * a higher one was sealed. That is no loss: what is unsealed is known by its empty `seq`, never by an id that was passed, so
 * the late one is sealed next time. The chain's order is therefore the order of sealing; within one pass it is that of ids.
 */
@Injectable()
export class Sealer implements BeforeApplicationShutdown {
  private readonly role: LeasedRole;
  private readonly log = new Logger('Ledger');
  private alarmed = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    chance: Chance,
    private readonly vault: Vault,
    leases: Leases,
    private readonly alarms: Alarms,
    private readonly checkpoints: Checkpoints,
  ) {
    this.role = new LeasedRole(leases, { name: ROLE, owner: chance.token(12), leaseMs: LEASE_MS });
  }

  /** One round of the leased role. */
  @Interval(ROLE, 1000)
  async work(): Promise<void> {
    await this.role.play(
      async (goesOn) => void (await this.sealAll(goesOn)),
      () => this.checkpoints.forget(),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.role.stop();
  }

  /** Seals all that is visible and brings the checkpoints up to date; answers how many entries it sealed. */
  async sealAll(goesOn: GoesOn = always): Promise<number> {
    const waiting = await this.database.one('SELECT id FROM ledger_entries WHERE seq IS NULL LIMIT 1');
    let [sealed, foreign, refused, after]: [number, number, boolean, number | null] = [0, 0, false, waiting ? 0 : null];
    while (after !== null && (await goesOn())) {
      const from: number = after;
      const pass: Pass = await this.database.transaction(() => this.seal(from));
      sealed += pass.sealed;
      foreign += pass.foreign;
      refused ||= pass.refused;
      after = pass.after;
    }
    if (refused) await this.alarm('head', HEAD_ALTERED);
    if (foreign > 0) await this.alarm('entries', `${foreign} ${FOREIGN}`);
    if (this.alarmed && !refused && foreign === 0) await this.calm();
    await this.checkpoints.advance();
    return sealed;
  }

  private async seal(after: number): Promise<Pass> {
    const head = await this.head();
    if (!head) return { sealed: 0, after: null, foreign: 0, refused: true };
    const rows = await this.database.query<Unsealed>(
      `SELECT id, at, actorId, actor, action, subject, detail, mac FROM ledger_entries WHERE seq IS NULL AND id > ? ORDER BY id LIMIT ${AT_ONCE}`,
      [after],
    );
    const entries = rows.map((row) => ({ ...row, id: Number(row.id), at: Number(row.at) }));
    const ours = entries.filter((e) => isMarked(this.vault, e.mac, e));
    const links = chained(head, ours);
    for (let i = 0; i < links.length; i += ROWS_A_STATEMENT) await this.place(links.slice(i, i + ROWS_A_STATEMENT));
    const last = links.at(-1);
    if (last) await this.moveHead(last);
    return {
      sealed: links.length,
      after: rows.length < AT_ONCE ? null : entries.at(-1)!.id,
      foreign: entries.length - ours.length,
      refused: false,
    };
  }

  /** The one change of an entry that the product knows: an entry without a place gets its place. */
  private async place(links: readonly Sealed[]): Promise<void> {
    const cases = `CASE id ${links.map(() => 'WHEN ? THEN ?').join(' ')} END`;
    const changed = await this.database.execute(
      `UPDATE ledger_entries SET seq = ${cases}, previousHash = ${cases}, hash = ${cases} WHERE seq IS NULL AND id IN (${marks(links.length)})`,
      [
        ...links.flatMap((l) => [l.id, l.seq]),
        ...links.flatMap((l) => [l.id, l.previousHash]),
        ...links.flatMap((l) => [l.id, l.hash]),
        ...links.map((l) => l.id),
      ],
    );
    if (changed !== links.length) throw new Error('another sealer was at work: this pass is undone');
  }

  /** The end of the chain, locked; null where it was tampered with: nothing is sealed to a forged end. */
  private async head(): Promise<Link | null> {
    const row = await this.database.one<Link & { mac: string }>(
      `SELECT seq, hash, mac FROM ledger_head WHERE id = 1${this.database.forUpdate}`,
    );
    if (row) {
      const head = { seq: Number(row.seq), hash: row.hash, mac: row.mac };
      return isHeadMarked(this.vault, head) ? head : null;
    }
    const sealed = await this.database.one('SELECT id FROM ledger_entries WHERE seq > 0 LIMIT 1');
    return sealed ? null : GENESIS;
  }

  private async moveHead({ seq, hash }: Link): Promise<void> {
    const mac = headMark(this.vault, { seq, hash });
    await this.database.upsert(
      'ledger_head',
      ['id'],
      ['seq', 'hash', 'mac', 'sealedAt'],
      [[1, seq, hash, mac, this.clock.now()]],
      {
        replace: ['seq', 'hash', 'mac', 'sealedAt'],
      },
    );
  }

  private async alarm(subject: string, text: string): Promise<void> {
    if (!this.alarmed) this.log.error(text);
    this.alarmed = true;
    await this.alarms.raise('ledger', subject, text);
  }

  private async calm(): Promise<void> {
    this.alarmed = false;
    await this.alarms.clear('ledger', 'entries');
    await this.alarms.clear('ledger', 'head');
  }
}

/** Gives each entry the next number and the hash that ties it to the one before. */
function chained(head: Link, entries: readonly Unsealed[]): Sealed[] {
  let last = head;
  return entries.map((entry) => {
    const seq = last.seq + 1;
    const link = { id: entry.id, seq, previousHash: last.hash, hash: entryHash(sha256, last.hash, { ...entry, seq }) };
    last = link;
    return link;
  });
}
