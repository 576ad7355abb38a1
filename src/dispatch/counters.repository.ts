import { Injectable } from '@nestjs/common';
import { Chance, Database } from '../platform/index.js';
import { COUNTED } from './counts.js';
import type { Cut, DeliveryRow, DeliveryStatus } from './delivery.js';

/** What a settlement adds to the counters of one cut. */
export type Counted = (typeof COUNTED)[number];
export type Delta = Partial<Record<Counted, number>>;

/** What a hand-over adds to the counters beside the state. */
export const handedOver = (row: Pick<DeliveryRow, 'channel' | 'parts' | 'cost'>): Delta => ({
  ...(row.channel === 'sms' ? { smsParts: row.parts } : {}),
  ...(row.channel === 'voice' ? { callAttempts: 1 } : {}),
  cost: row.cost,
});

export const CUT_KEYS = ['runId', 'channel', 'gateway', 'population', 'township', 'trick'] as const;

/** Workers add to rows of their own (a shard each), so that no two wait for one row; a sum over shards is the truth. */
const SHARDS = 8;

const keyOf = (cut: Cut): string =>
  `${cut.runId}|${cut.channel}|${cut.gateway}|${cut.population}|${cut.township}|${cut.trick}`;

/** Gathers what one transaction changes, one row a cut. */
export class Tally {
  private readonly cuts = new Map<string, { cut: Cut; delta: Delta }>();

  add(cut: Cut, delta: Delta): void {
    const key = keyOf(cut);
    const known = this.cuts.get(key);
    if (!known) {
      this.cuts.set(key, { cut, delta: { ...delta } });
      return;
    }
    for (const name in delta)
      known.delta[name as Counted] = (known.delta[name as Counted] ?? 0) + delta[name as Counted]!;
  }

  /** One delivery leaves a state for another. */
  move(cut: Cut, from: DeliveryStatus, to: DeliveryStatus, with_: Delta = {}): void {
    this.add(cut, { ...with_, [from]: -1, [to]: 1 });
  }

  rows(): { cut: Cut; delta: Delta }[] {
    return [...this.cuts.values()].filter(({ delta }) => Object.values(delta).some((n) => n !== 0));
  }
}

@Injectable()
export class Counters {
  private readonly shard: number;

  constructor(
    private readonly database: Database,
    chance: Chance,
  ) {
    this.shard = Math.floor(chance.fraction() * SHARDS);
  }

  /** Adds a tally, inside the transaction of what it counts. */
  async apply(tally: Tally): Promise<void> {
    const rows = tally.rows();
    if (rows.length === 0) return;
    // In the order of the key: two transactions that touch the same rows take their locks alike.
    const order = new Map(rows.map((row) => [row, keyOf(row.cut)]));
    rows.sort((a, b) => (order.get(a)! < order.get(b)! ? -1 : 1));
    const moved = COUNTED.filter((name) => rows.some(({ delta }) => delta[name]));
    await this.database.upsert(
      'counters',
      [...CUT_KEYS, 'shard'],
      ['type', 'campaignId', 'day', ...moved],
      rows.map(({ cut, delta }) => [
        ...CUT_KEYS.map((k) => cut[k]),
        this.shard,
        cut.type,
        cut.campaignId,
        cut.day,
        ...moved.map((name) => delta[name] ?? 0),
      ]),
      { add: moved },
    );
  }

  async skip(
    rows: {
      runId: string;
      campaignId: string;
      day: number;
      channel: string;
      population: string;
      township: string;
      reason: string;
    }[],
  ): Promise<void> {
    const counted = new Map<string, { row: (typeof rows)[number]; n: number }>();
    for (const row of rows) {
      const key = [row.runId, row.channel, row.population, row.township, row.reason].join('\u0000');
      const known = counted.get(key);
      if (known) known.n += 1;
      else counted.set(key, { row, n: 1 });
    }
    await this.database.upsert(
      'skip_counters',
      ['runId', 'channel', 'population', 'township', 'reason'],
      ['campaignId', 'day', 'skipped'],
      [...counted.values()].map(({ row, n }) => [
        row.runId,
        row.channel,
        row.population,
        row.township,
        row.reason,
        row.campaignId,
        row.day,
        n,
      ]),
      { add: ['skipped'] },
    );
  }
}
