import { Injectable } from '@nestjs/common';
import { Chance, Database } from '../platform/index.js';
import type { Cut, DeliveryStatus } from './delivery.js';

/** What a settlement adds to the counters of one cut. States are numbers of deliveries, cost is in 1/10000 yuan. */
export const COUNTED = [
  'pending',
  'awaiting',
  'delivered',
  'undelivered',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
  'smsParts',
  'callAttempts',
  'callsAnswered',
  'estimatedReach',
  'attestedReach',
  'cost',
] as const;
export type Counted = (typeof COUNTED)[number];
export type Delta = Partial<Record<Counted, number>>;

export const CUT_KEYS = ['runId', 'channel', 'gateway', 'population', 'township', 'trick'] as const;

/** Workers add to rows of their own (a shard each), so that no two wait for one row; a sum over shards is the truth. */
const SHARDS = 8;

/** Gathers what one transaction changes, one row a cut. */
export class Tally {
  private readonly cuts = new Map<string, { cut: Cut; delta: Delta }>();

  add(cut: Cut, delta: Delta): void {
    const key = CUT_KEYS.map((k) => cut[k]).join('\u0000');
    const known = this.cuts.get(key);
    if (!known) {
      this.cuts.set(key, { cut, delta: { ...delta } });
      return;
    }
    for (const [name, n] of Object.entries(delta) as [Counted, number][])
      known.delta[name] = (known.delta[name] ?? 0) + n;
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
    // In the order of the key: two transactions that touch the same rows take their locks alike.
    rows.sort((a, b) => (CUT_KEYS.map((k) => a.cut[k]).join() < CUT_KEYS.map((k) => b.cut[k]).join() ? -1 : 1));
    await this.database.upsert(
      'counters',
      [...CUT_KEYS, 'shard'],
      ['type', 'campaignId', 'day', ...COUNTED],
      rows.map(({ cut, delta }) => [
        ...CUT_KEYS.map((k) => cut[k]),
        this.shard,
        cut.type,
        cut.campaignId,
        cut.day,
        ...COUNTED.map((name) => delta[name] ?? 0),
      ]),
      { add: COUNTED },
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
