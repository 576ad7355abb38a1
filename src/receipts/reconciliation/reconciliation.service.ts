import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Gateways } from '../../gateways/index.js';
import {
  canMove,
  Chance,
  CLOCK_ACTOR,
  Clock,
  Config,
  CountyTime,
  Database,
  err,
  Ledger,
  ok,
  pageOf,
  type LedgerActor,
  type Page,
  type Result,
  type SqlValue,
} from '../../platform/index.js';
import { readSheets, recordsOf, UnreadableSheet } from '../../platform/sheets/index.js';
import { BILL_COLUMNS, readBill, type BillField, type BillMistake } from './bill.js';
import { ReconciliationBooks, type Held } from './books.repository.js';
import { compare, differenceStates, total, type Difference, type DifferenceStatus, type Side } from './compare.js';

const MISTAKES_SHOWN = 500;
const CORRECTED = '账单更正后一致';

export interface ReadBill {
  readonly gateway: string;
  readonly days: readonly {
    readonly day: string;
    readonly ours: Side;
    readonly theirs: Side;
    readonly differences: number;
  }[];
  readonly rows: number;
  readonly rejected: readonly BillMistake[];
}

export interface DifferenceQuery {
  readonly status?: DifferenceStatus | undefined;
  readonly gateway?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface DifferenceRow extends Difference {
  readonly id: string;
  readonly gateway: string;
  readonly day: number;
  readonly source: Said['source'];
  readonly status: DifferenceStatus;
  readonly note: string | null;
  readonly changedBy: string | null;
  readonly foundAt: number;
  readonly changedAt: number;
}

interface Said {
  readonly source: 'file' | 'receipts';
  readonly digest: string;
  readonly held: Held;
  readonly theirs: ReadonlyMap<string, Side>;
}

export const dayText = (day: number): string => String(day).replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');

const isSettledByClock = ({ status, note, changedBy }: DifferenceRow): boolean =>
  status === 'settled' && changedBy === CLOCK_ACTOR.name && note === CORRECTED;
const isSame = (row: DifferenceRow, { kind, ours, theirs }: Difference): boolean =>
  row.kind === kind && Number(row.ours) === ours && Number(row.theirs) === theirs;

/** Daily reconciliation: our books against what the gateway says, by day and batch; what differs is a list to be worked off. */
@Injectable()
export class Reconciliation {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly chance: Chance,
    private readonly gateways: Gateways,
    private readonly books: ReconciliationBooks,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Reads a bill file (CSV or XLSX) and compares every day that it holds. The same file again changes nothing. Throws
   * UnreadableSheet where the whole file cannot be taken.
   */
  async bill(
    about: { gateway: string; day: number | null; file: Buffer },
    by: LedgerActor,
  ): Promise<Result<ReadBill, 'notFound'>> {
    const { gateway, day, file } = about;
    if (!this.gateways.get(gateway)) return err('notFound');
    const [sheet] = await readSheets(file);
    const rows = sheet ? recordsOf<BillField>(sheet, this.columnsOf(gateway)) : [];
    if (rows.length === 0) throw new UnreadableSheet('empty_file', 'The file holds no rows under its header.');
    if (!rows.some(({ record }) => record.ref !== undefined))
      throw new UnreadableSheet(
        'unknown_header',
        'No known header: name the column 批次号, or set `bill.ref` of the gateway.',
      );
    const { days, mistakes } = readBill(rows, day);
    const digest = createHash('sha256').update(file).digest('hex');
    const found: ReadBill['days'][number][] = [];
    for (const [at, theirs] of [...days].sort(([a], [b]) => a - b)) {
      const held = await this.books.ours(gateway, at);
      found.push(await this.compareDay(gateway, at, { source: 'file', digest, held, theirs }, by));
    }
    return ok({ gateway, days: found, rows: rows.length, rejected: mistakes.slice(0, MISTAKES_SHOWN) });
  }

  /** Compares a day with what the gateway's receipts named: a gateway that is polled or pushes needs no file for it. */
  async receipts(gateway: string, day: number, by: LedgerActor = CLOCK_ACTOR): Promise<Result<ReadBill, 'notFound'>> {
    const found = this.gateways.get(gateway);
    if (!found || found.adapter.promises.receipts === 'none') return err('notFound');
    const held = await this.books.ours(gateway, day);
    const theirs = await this.books.reported(gateway, day, held.batches);
    const said = [...theirs].map(([ref, { recipients }]) => `${ref}=${recipients}`).sort();
    const digest = createHash('sha256').update(said.join('\n')).digest('hex');
    const compared = await this.compareDay(gateway, day, { source: 'receipts', digest, held, theirs }, by);
    return ok({ gateway, days: [compared], rows: theirs.size, rejected: [] });
  }

  private columnsOf(gateway: string): Readonly<Record<BillField, readonly string[]>> {
    const own = this.config.settings.gateways.find(({ key }) => key === gateway)?.bill ?? {};
    const named = (field: BillField) => (own[field] === undefined ? BILL_COLUMNS[field] : [own[field]]);
    return { ref: named('ref'), day: named('day'), recipients: named('recipients'), parts: named('parts') };
  }

  private async compareDay(
    gateway: string,
    day: number,
    { source, digest, held, theirs }: Said,
    by: LedgerActor,
  ): Promise<ReadBill['days'][number]> {
    const { batches: ours, uncertain } = held;
    const differences = compare(ours, theirs);
    const [us, them] = [total(ours.values()), total(theirs.values())];
    return this.database.transaction(async () => {
      await this.note({ gateway, day, source }, differences);
      const bill = this.chance.id(this.clock);
      await this.database.insert(
        'bills',
        [
          'id', 'gateway', 'day', 'source', 'digest', 'batches', 'recipients', 'parts', 'ourBatches', 'ourRecipients', 'ourParts',
          'ourUncertain', 'readBy', 'readAt',
        ], // prettier-ignore
        [
          [
            bill, gateway, day, source, digest, theirs.size, them.recipients, them.parts, ours.size, us.recipients, us.parts ?? 0,
            uncertain, by.name, this.clock.now(),
          ],
        ], // prettier-ignore
      );
      await this.ledger.write({
        action: 'reconciliation.read',
        subject: `bill/${bill}`,
        by,
        detail: { gateway, day, source, digest, ours: us, theirs: them, uncertain, differences: differences.length },
      });
      return { day: dayText(day), ours: us, theirs: them, differences: differences.length };
    });
  }

  /**
   * Keeps the list of one source true: new differences are opened, changed ones are open again, and those that are gone are settled.
   * What the clock had settled so is open again when it is there again; what a person settled stays, as long as the figures do.
   */
  private async note(
    { gateway, day, source }: Pick<DifferenceRow, 'gateway' | 'day' | 'source'>,
    differences: readonly Difference[],
  ): Promise<void> {
    const now = this.clock.now();
    const rows = await this.database.query<DifferenceRow>(
      `SELECT * FROM bill_differences WHERE gateway = ? AND day = ? AND source = ?${this.database.forUpdate}`,
      [gateway, day, source],
    );
    const gone = new Map(rows.map((row) => [row.ref, row]));
    for (const difference of differences) {
      const { ref, kind, ours, theirs } = difference;
      const row = gone.get(ref);
      gone.delete(ref);
      if (!row)
        await this.database.insert(
          'bill_differences',
          ['id', 'gateway', 'day', 'source', 'ref', 'kind', 'ours', 'theirs', 'status', 'foundAt', 'changedAt'],
          [[this.chance.id(this.clock), gateway, day, source, ref, kind, ours, theirs, 'open', now, now]],
        );
      else if (isSettledByClock(row) || !isSame(row, difference))
        await this.database.execute(
          "UPDATE bill_differences SET kind = ?, ours = ?, theirs = ?, status = 'open', note = ?, changedBy = NULL, changedAt = ? WHERE id = ?",
          [kind, ours, theirs, isSettledByClock(row) ? null : row.note, now, row.id],
        );
    }
    for (const row of gone.values())
      if (row.status !== 'settled')
        await this.database.execute(
          "UPDATE bill_differences SET status = 'settled', note = ?, changedBy = ?, changedAt = ? WHERE id = ?",
          [CORRECTED, CLOCK_ACTOR.name, now, row.id],
        );
  }

  /** The list to be worked off, the latest first. */
  async differences(ask: DifferenceQuery): Promise<Page<object>> {
    const where: string[] = ['1 = 1'];
    const values: SqlValue[] = [];
    const add = (sql: string, value: SqlValue) => {
      if (value === undefined) return;
      where.push(sql);
      values.push(value);
    };
    add('status = ?', ask.status);
    add('gateway = ?', ask.gateway);
    add('day >= ?', ask.from);
    add('day < ?', ask.to);
    add('id < ?', ask.cursor);
    const rows = await this.database.query<DifferenceRow>(
      `SELECT * FROM bill_differences WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ${ask.limit + 1}`,
      values,
    );
    return pageOf(
      rows,
      ask.limit,
      (row) => row.id,
      (row) => ({
        id: row.id,
        gateway: row.gateway,
        day: dayText(row.day),
        source: row.source,
        ref: row.ref,
        kind: row.kind,
        ours: Number(row.ours),
        theirs: Number(row.theirs),
        status: row.status,
        note: row.note,
        by: row.changedBy,
        foundAt: this.county.iso(row.foundAt),
        changedAt: this.county.iso(row.changedAt),
      }),
    );
  }

  /** What was compared, a row a reading: both sides of a day, the latest first. For the report of reconciliation. */
  async days(ask: { gateway?: string | undefined; from: number; to: number }): Promise<object[]> {
    const rows = await this.database.query<Record<string, string | number | null>>(
      `SELECT * FROM bills WHERE day >= ? AND day < ? ${ask.gateway === undefined ? '' : 'AND gateway = ?'} ORDER BY day DESC, readAt DESC, id DESC LIMIT 1000`,
      [ask.from, ask.to, ...(ask.gateway === undefined ? [] : [ask.gateway])],
    );
    return rows.map((row) => ({
      id: row.id,
      gateway: row.gateway,
      day: dayText(Number(row.day)),
      source: row.source,
      ours: { batches: Number(row.ourBatches), recipients: Number(row.ourRecipients), parts: Number(row.ourParts) },
      theirs: {
        batches: Number(row.batches),
        recipients: Number(row.recipients),
        parts: row.parts === null ? null : Number(row.parts),
      },
      uncertain: Number(row.ourUncertain),
      by: row.readBy,
      readAt: this.county.iso(Number(row.readAt)),
    }));
  }

  /** Says why (`explained`), or that it is done with (`settled`); each with a note, and with its entry in the ledger. */
  async decide(
    id: string,
    to: 'explained' | 'settled',
    { note, by }: { note: string; by: LedgerActor },
  ): Promise<Result<void, 'notFound' | 'wrongState'>> {
    return this.database.transaction(async () => {
      const row = await this.database.one<DifferenceRow>(
        `SELECT * FROM bill_differences WHERE id = ?${this.database.forUpdate}`,
        [id],
      );
      if (!row) return err('notFound');
      if (!canMove(differenceStates, row.status, to)) return err('wrongState');
      await this.database.execute(
        'UPDATE bill_differences SET status = ?, note = ?, changedBy = ?, changedAt = ? WHERE id = ?',
        [to, note, by.name, this.clock.now(), id],
      );
      await this.ledger.write({
        action: `reconciliation.${to}`,
        subject: `difference/${id}`,
        by,
        detail: { gateway: row.gateway, day: row.day, ref: row.ref, ours: row.ours, theirs: row.theirs, note },
      });
      return ok(undefined);
    });
  }
}
