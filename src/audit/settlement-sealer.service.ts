import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import {
  Alarms,
  always,
  Chance,
  Clock,
  CLOCK_ACTOR,
  CountyTime,
  Database,
  Ledger,
  LeasedRole,
  Leases,
  marks,
  sha256,
  type GoesOn,
} from '../platform/index.js';
import { MerkleTree } from './merkle.js';
import { SettlementRecords, type EventRow, type LeafRow } from './settlement-records.service.js';
import { FORGOTTEN } from './settlement-log.service.js';

const ROLE = 'settlement-sealer';
const LEASE_MS = 15_000;
const AT_ONCE = 2_000;
const SALT_BYTES = 24;
const STUCK = 'settlement_stuck';
const SUBJECT = 'ledger/settlement';
const STUCK_AFTER_MS = 60_000;
const STUCK_TEXT =
  '发送结果未能写入台账的日根，台账证明暂停更新，发送不受影响：请查看日志（Ledger），并运行 npm run cli -- ledger verify --contents';

type Pending = EventRow & { readonly id: number };

/**
 * Turns settlement events into leaves, in one process at a time, and closes each county day with a root over its leaves,
 * which an entry of the ledger carries. No worker waits for it. An event that comes after its day was closed is a leaf of
 * the day on which it was taken up.
 */
@Injectable()
export class SettlementSealer implements BeforeApplicationShutdown {
  private readonly role: LeasedRole;
  private readonly log = new Logger('Ledger');
  private failingSince: number | null = null;
  /** Until the first round that worked: the process before may have left an alarm open. */
  private isAlarmed = true;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly chance: Chance,
    private readonly leases: Leases,
    private readonly alarms: Alarms,
    private readonly ledger: Ledger,
    private readonly records: SettlementRecords,
  ) {
    this.role = new LeasedRole(leases, { name: ROLE, owner: chance.token(12), leaseMs: LEASE_MS });
  }

  @Interval(ROLE, 1000)
  async work(): Promise<void> {
    await this.role.play((goesOn) => this.round(goesOn));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.role.stop();
  }

  private async round(goesOn: GoesOn): Promise<void> {
    try {
      await this.advance(goesOn);
    } catch (error) {
      this.log.error(`settlement events wait for their leaves: ${error instanceof Error ? error.message : 'unknown'}`);
      return this.failed();
    }
    this.failingSince = null;
    if (!this.isAlarmed) return;
    await this.alarms.clear(STUCK, SUBJECT);
    this.isAlarmed = false;
  }

  private async failed(): Promise<void> {
    const now = this.clock.now();
    this.failingSince ??= now;
    if (now - this.failingSince < STUCK_AFTER_MS) return;
    this.failingSince = now;
    this.isAlarmed = true;
    await this.alarms.raise(STUCK, SUBJECT, STUCK_TEXT);
  }

  /** Makes leaves of all that is visible and closes the days that are over. */
  async advance(goesOn: GoesOn = always): Promise<void> {
    for (let taken = AT_ONCE; taken === AT_ONCE;) {
      if (!(await goesOn())) return;
      taken = await this.pass();
    }
    await this.close(goesOn);
  }

  private async pass(): Promise<number> {
    const waiting = await this.database.one('SELECT id FROM settlement_events LIMIT 1');
    if (!waiting) return 0;
    return this.leases.alone(ROLE, async () => {
      const closed = await this.lastClosed();
      const today = this.county.dayNumber(this.clock.now());
      // A clock that was set back: the days up to the last root are closed for ever.
      if (today <= closed) return 0;
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

  private async close(goesOn: GoesOn): Promise<void> {
    const today = this.county.dayNumber(this.clock.now());
    const days = await this.database.query<{ day: number }>(
      'SELECT DISTINCT day FROM settlement_leaves WHERE day > ? AND day < ? ORDER BY day',
      [await this.lastClosed(), today],
    );
    for (const { day } of days) {
      const tree = new MerkleTree(sha256);
      for await (const rows of this.records.pagesOf(Number(day))) {
        if (!(await goesOn())) return;
        for (const row of rows) tree.add(row.leaf);
      }
      if (!(await this.root({ day: Number(day), leaves: tree.size, root: tree.root() }))) return;
    }
  }

  /** Closes the day; false where somebody else has, or has added to it since it was read: the next round looks again. */
  private root(of: { day: number; leaves: number; root: string }): Promise<boolean> {
    return this.leases.alone(ROLE, async () => {
      if ((await this.lastClosed()) >= of.day || (await this.leavesIn(of.day)) !== of.leaves) return false;
      const columns = ['day', 'leaves', 'root', 'closedAt'];
      await this.database.insert('settlement_roots', columns, [[of.day, of.leaves, of.root, this.clock.now()]]);
      await this.ledger.write({ action: 'ledger.day', subject: `day/${of.day}`, by: CLOCK_ACTOR, detail: { ...of } });
      return true;
    });
  }
}
