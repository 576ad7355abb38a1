import { Injectable } from '@nestjs/common';
import { Database, marks, sha256 } from '../platform/index.js';
import { leafOf, openingOf, type DayRoot, type LeafContent } from './settlement-leaf.js';

const PAGE = 5_000;
/** Group chats share a salt: they are nobody. */
const NOBODY = 0;

export interface EventRow {
  readonly deliveryId: number;
  readonly personId: number | null;
  readonly status: string;
  readonly attended: number;
  readonly code: string | null;
  readonly at: number;
}
export interface LeafRow {
  readonly day: number;
  readonly place: number;
  readonly leaf: string;
  readonly deliveryId: number;
  readonly personId: number | null;
  readonly status: string | null;
  readonly attended: number | null;
  readonly code: string | null;
  readonly at: number | null;
}
type Frozen = Pick<LeafContent, 'run' | 'campaign' | 'channel' | 'gateway' | 'trick' | 'script' | 'content'>;

const LEAF_COLUMNS = 'day, place, leaf, deliveryId, personId, status, attended, code, at';

const numbered = (row: LeafRow): LeafRow => ({
  ...row,
  day: Number(row.day),
  place: Number(row.place),
  deliveryId: Number(row.deliveryId),
  personId: row.personId === null ? null : Number(row.personId),
  at: row.at === null ? null : Number(row.at),
});

/** Reads leaves, roots, salts, and what a delivery has fixed for ever since its plan. */
@Injectable()
export class SettlementRecords {
  constructor(private readonly database: Database) {}

  async ofDelivery(deliveryId: number): Promise<LeafRow[]> {
    const rows = await this.database.query<LeafRow>(
      `SELECT ${LEAF_COLUMNS} FROM settlement_leaves WHERE deliveryId = ? ORDER BY day, place`,
      [deliveryId],
    );
    return rows.map(numbered);
  }

  /** The leaves of a day in their order, a page at a time. */
  async *pagesOf(day: number): AsyncGenerator<LeafRow[]> {
    for (let after = 0, full = true; full;) {
      const rows = await this.database.query<LeafRow>(
        `SELECT ${LEAF_COLUMNS} FROM settlement_leaves WHERE day = ? AND place > ? ORDER BY place LIMIT ${PAGE}`,
        [day, after],
      );
      if (rows.length > 0) yield rows.map(numbered);
      after = Number(rows.at(-1)?.place ?? after);
      full = rows.length === PAGE;
    }
  }

  /** One leaf as it is now; null where it is not there any more. */
  async leafAt({ day, place }: Pick<LeafRow, 'day' | 'place'>): Promise<LeafRow | null> {
    const row = await this.database.one<LeafRow>(
      `SELECT ${LEAF_COLUMNS} FROM settlement_leaves WHERE day = ? AND place = ?`,
      [day, place],
    );
    return row && numbered(row);
  }

  async roots(): Promise<DayRoot[]> {
    const rows = await this.database.query<DayRoot>('SELECT day, leaves, root FROM settlement_roots ORDER BY day');
    return rows.map((r) => ({ day: Number(r.day), leaves: Number(r.leaves), root: r.root }));
  }

  /** Events that are no leaves yet, and leaves whose day has no root yet. */
  async unrooted(): Promise<number> {
    const row = await this.database.one<{ events: number; leaves: number }>(
      `SELECT (SELECT COUNT(*) FROM settlement_events) AS events,
        (SELECT COUNT(*) FROM settlement_leaves WHERE day > COALESCE((SELECT MAX(day) FROM settlement_roots), 0)) AS leaves`,
    );
    return Number(row?.events ?? 0) + Number(row?.leaves ?? 0);
  }

  /** Makes leaves of events; null where a delivery is not there. */
  async hasher(
    events: readonly EventRow[],
    saltOf: ReadonlyMap<number, string>,
  ): Promise<(event: EventRow) => { content: LeafContent; opening: string; leaf: string } | null> {
    const frozen = await this.frozen(events.map((e) => e.deliveryId));
    return (event) => {
      const fixed = frozen.get(Number(event.deliveryId));
      const salt = saltOf.get(event.personId === null ? NOBODY : Number(event.personId));
      if (!fixed || salt === undefined) return null;
      const { status, code } = event;
      const [delivery, at, attended] = [Number(event.deliveryId), Number(event.at), Boolean(Number(event.attended))];
      const content = { ...fixed, delivery, status, attended, code, at };
      const opening = openingOf(sha256, salt, delivery);
      return { content, opening, leaf: leafOf(sha256, opening, content) };
    };
  }

  /** The salts of the people of events; who has none is left out. */
  async salts(events: readonly Pick<EventRow, 'personId'>[]): Promise<Map<number, string>> {
    const ids = [...new Set(events.map((e) => (e.personId === null ? NOBODY : Number(e.personId))))];
    const found = new Map<number, string>();
    if (ids.length === 0) return found;
    const rows = await this.database.query<{ personId: number; salt: string }>(
      `SELECT personId, salt FROM settlement_salts WHERE personId IN (${marks(ids.length)})`,
      ids,
    );
    for (const { personId, salt } of rows) found.set(Number(personId), salt);
    return found;
  }

  private async frozen(deliveryIds: readonly number[]): Promise<Map<number, Frozen>> {
    const ids = [...new Set(deliveryIds.map(Number))];
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<Frozen & { id: number }>(
      `SELECT id, runId AS run, campaignId AS campaign, channel, gateway, trick, scriptVersionId AS script, contentDigest AS content
        FROM deliveries WHERE id IN (${marks(ids.length)})`,
      ids,
    );
    return new Map(rows.map(({ id, ...fixed }) => [Number(id), { ...fixed, script: Number(fixed.script) }]));
  }
}
