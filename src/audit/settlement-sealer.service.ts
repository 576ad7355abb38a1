import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Chance, Clock, CLOCK_ACTOR, CountyTime, Database, Ledger, Leases, marks, sha256 } from '../platform/index.js';
import { MerkleTree } from './merkle.js';
import { SettlementRecords, type EventRow, type LeafRow } from './settlement-records.service.js';
import { FORGOTTEN } from './settlement-log.service.js';

const ROLE = 'settlement-sealer';
const LEASE_MS = 15_000;
const AT_ONCE = 2_000;
const PAGE = 5_000;
const SALT_BYTES = 24;

type Pending = EventRow & { readonly id: number };

/**
 * Turns settlement events into leaves, in one process at a time, and closes each county day with a root over its leaves,
 * which an entry of the ledger carries. No worker waits for it. An event that comes after its day was closed is a leaf of
 * the day on which it was taken up.
 */
@Injectable()
export class SettlementSealer implements BeforeApplicationShutdown {
  private readonly owner: string;
  private readonly log = new Logger('Ledger');
  private busy: Promise<unknown> | null = null;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly chance: Chance,
    private readonly leases: Leases,
    private readonly ledger: Ledger,
    private readonly records: SettlementRecords,
  ) {
    this.owner = chance.token(12);
  }

  @Interval(ROLE, 1000)
  async work(): Promise<void> {
    if (this.stopped || this.busy) return;
    this.busy = this.round().finally(() => (this.busy = null));
    await this.busy;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.busy?.catch(() => undefined);
    await this.leases.release(ROLE, this.owner);
  }

  private async round(): Promise<void> {
    if (!(await this.leases.take(ROLE, this.owner, LEASE_MS))) return;
    try {
      await this.advance();
    } catch (error) {
      this.log.error(`settlement events wait for their leaves: ${error instanceof Error ? error.message : 'unknown'}`);
    }
  }

  /** Makes leaves of all that is visible and closes the days that are over. */
  async advance(): Promise<void> {
    for (let taken = AT_ONCE; taken === AT_ONCE && !this.stopped;) taken = await this.pass();
    await this.close();
  }

  private async pass(): Promise<number> {
    const closed = await this.lastClosed();
    const today = this.county.dayNumber(this.clock.now());
    // A clock that was set back: the days up to the last root are closed for ever.
    if (today <= closed) return 0;
    const waiting = await this.database.one('SELECT id FROM settlement_events LIMIT 1');
    if (!waiting) return 0;
    return this.database.transaction(async () => {
      const events = await this.database.query<Pending>(
        `SELECT id, deliveryId, personId, status, attended, code, at FROM settlement_events ORDER BY id LIMIT ${AT_ONCE}${this.database.forUpdate}`,
      );
      if (events.length === 0) return 0;
      const rows = await this.leavesOf(events, { closed, today });
      await this.database.insert(
        'settlement_leaves',
        ['day', 'place', 'leaf', 'deliveryId', 'personId', 'status', 'attended', 'code', 'at'],
        rows.map((r) => [r.day, r.place, r.leaf, r.deliveryId, r.personId, r.status, r.attended, r.code, r.at]),
      );
      const ids = events.map((e) => Number(e.id));
      await this.database.execute(`DELETE FROM settlement_events WHERE id IN (${marks(ids.length)})`, ids);
      return events.length;
    });
  }

  private async leavesOf(events: readonly Pending[], of: { closed: number; today: number }): Promise<LeafRow[]> {
    const hashed = await this.records.hasher(events, await this.saltsOf(events));
    const places = new Map<number, number>();
    const rows: LeafRow[] = [];
    for (const event of events) {
      const own = Math.min(this.county.dayNumber(Number(event.at)), of.today);
      const day = own > of.closed ? own : of.today;
      const place = (places.get(day) ?? (await this.leavesIn(day))) + 1;
      places.set(day, place);
      const made = hashed(event);
      if (!made) throw new Error(`delivery ${event.deliveryId} has an event and no row`);
      const isForgotten = event.personId !== null && Number(event.personId) === FORGOTTEN;
      rows.push({
        day,
        place,
        leaf: made.leaf,
        deliveryId: event.deliveryId,
        personId: event.personId,
        ...(isForgotten
          ? { status: null, attended: null, code: null, at: null }
          : { status: event.status, attended: event.attended, code: event.code, at: event.at }),
      });
    }
    return rows;
  }

  /** The salts of the people concerned, made where there is none; whoever is forgotten gets one that nobody keeps. */
  private async saltsOf(events: readonly Pending[]): Promise<Map<number, string>> {
    const salts = await this.records.salts(events);
    const made: [number, string][] = [];
    for (const { personId } of events) {
      const key = personId === null ? 0 : Number(personId);
      if (salts.has(key)) continue;
      const salt = this.chance.token(SALT_BYTES);
      salts.set(key, salt);
      if (key !== FORGOTTEN) made.push([key, salt]);
    }
    await this.database.insert('settlement_salts', ['personId', 'salt'], made);
    return salts;
  }

  private async leavesIn(day: number): Promise<number> {
    const row = await this.database.one<{ place: number | null }>(
      'SELECT MAX(place) AS place FROM settlement_leaves WHERE day = ?',
      [day],
    );
    return Number(row?.place ?? 0);
  }

  private async lastClosed(): Promise<number> {
    const row = await this.database.one<{ day: number | null }>('SELECT MAX(day) AS day FROM settlement_roots');
    return Number(row?.day ?? 0);
  }

  private async close(): Promise<void> {
    const today = this.county.dayNumber(this.clock.now());
    const days = await this.database.query<{ day: number }>(
      'SELECT DISTINCT day FROM settlement_leaves WHERE day > ? AND day < ? ORDER BY day',
      [await this.lastClosed(), today],
    );
    for (const { day } of days) {
      const tree = new MerkleTree(sha256);
      for (let place = 0, full = true; full;) {
        const rows = await this.records.ofDay(Number(day), place, PAGE);
        for (const row of rows) tree.add(row.leaf);
        place = rows.at(-1)?.place ?? place;
        full = rows.length === PAGE;
      }
      await this.root({ day: Number(day), leaves: tree.size, root: tree.root() });
    }
  }

  private async root(of: { day: number; leaves: number; root: string }): Promise<void> {
    await this.database.transaction(async () => {
      const columns = ['day', 'leaves', 'root', 'closedAt'];
      const row = [of.day, of.leaves, of.root, this.clock.now()];
      if ((await this.database.insert('settlement_roots', columns, [row], 'ignore')) === 0) return;
      await this.ledger.write({ action: 'ledger.day', subject: `day/${of.day}`, by: CLOCK_ACTOR, detail: { ...of } });
    });
  }
}
