import { Injectable } from '@nestjs/common';
import { CLOCK_ACTOR, Database, Ledger } from '../platform/index.js';
import { COUNTED } from './counts.js';
import { CUT_KEYS, type Counted } from './counters.repository.js';

type CounterRow = Record<(typeof CUT_KEYS)[number] | 'type' | 'campaignId', string> & Record<Counted | 'day', number>;

const state = (name: string): string => `SUM(CASE WHEN status = '${name}' THEN 1 ELSE 0 END)`;
const SENT = "status IN ('awaiting', 'delivered', 'undelivered')";
const when = (condition: string, value: string): string => `SUM(CASE WHEN ${condition} THEN ${value} ELSE 0 END)`;

/** What each counter is, said once more in terms of the deliveries: the proof that the counters are right. */
const FROM_DELIVERIES: Record<Counted, string> = {
  pending: state('pending'),
  awaiting: state('awaiting'),
  delivered: state('delivered'),
  undelivered: state('undelivered'),
  failed: state('failed'),
  uncertain: state('uncertain'),
  cancelled: state('cancelled'),
  expired: state('expired'),
  smsParts: when(`${SENT} AND channel = 'sms'`, 'parts'),
  callAttempts: when(`${SENT} AND channel = 'voice'`, '1'),
  callsAnswered: when("status = 'delivered' AND channel = 'voice'", '1'),
  estimatedReach: when("status = 'delivered' AND channel = 'chat' AND receiptAt IS NULL", 'COALESCE(headCount, 0)'),
  attestedReach: when("status = 'delivered' AND channel = 'chat' AND receiptAt IS NOT NULL", 'COALESCE(headCount, 0)'),
  cost: when(SENT, 'cost'),
};

/** Recomputes the counters from the deliveries, or only compares. */
@Injectable()
export class CounterRebuild {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {}

  /** The cuts whose counters differ from their deliveries and skips; empty where all agree. */
  async differences(): Promise<string[]> {
    return this.database.transaction(async () => {
      const counted = await this.database.query<CounterRow>(
        `SELECT ${CUT_KEYS.join(', ')}, ${COUNTED.map((c) => `SUM(${c}) AS ${c}`).join(', ')} FROM counters GROUP BY ${CUT_KEYS.join(', ')}`,
      );
      const skipCounted = await this.database.query<Record<string, string | number>>(
        'SELECT runId, channel, population, township, reason, skipped AS n FROM skip_counters',
      );
      return [
        ...differing(counted, await this.real(), [...CUT_KEYS], COUNTED),
        ...differing(
          skipCounted,
          await this.realSkips(),
          ['runId', 'channel', 'population', 'township', 'reason'],
          ['n'],
        ),
      ];
    });
  }

  private real(): Promise<CounterRow[]> {
    return this.database.query<CounterRow>(
      `SELECT ${CUT_KEYS.join(', ')}, MAX(type) AS type, MAX(campaignId) AS campaignId, MAX(day) AS day, ${COUNTED.map((c) => `${FROM_DELIVERIES[c]} AS ${c}`).join(', ')}
       FROM deliveries d GROUP BY ${CUT_KEYS.join(', ')}`,
    );
  }

  private realSkips(): Promise<Record<string, string | number>[]> {
    return this.database.query(
      'SELECT runId, channel, population, township, reason, MAX(campaignId) AS campaignId, MAX(day) AS day, COUNT(*) AS n FROM skips GROUP BY runId, channel, population, township, reason',
    );
  }

  /** Puts what the deliveries say in the place of the counters; answers how many cuts differed. */
  async rebuild(): Promise<number> {
    const differences = await this.differences();
    await this.database.transaction(async () => {
      const [rows, skips] = [await this.real(), await this.realSkips()];
      await this.database.execute('DELETE FROM counters');
      await this.database.insert(
        'counters',
        [...CUT_KEYS, 'shard', 'type', 'campaignId', 'day', ...COUNTED],
        rows.map((r) => [
          ...CUT_KEYS.map((k) => r[k]),
          0,
          r.type,
          r.campaignId,
          r.day,
          ...COUNTED.map((c) => Number(r[c])),
        ]),
      );
      await this.database.execute('DELETE FROM skip_counters');
      await this.database.insert(
        'skip_counters',
        ['runId', 'channel', 'population', 'township', 'reason', 'campaignId', 'day', 'skipped'],
        skips.map((s) => [
          s.runId!,
          s.channel!,
          s.population!,
          s.township!,
          s.reason!,
          s.campaignId!,
          s.day!,
          Number(s.n),
        ]),
      );
      await this.ledger.write({
        action: 'counters.rebuild',
        subject: 'counters',
        by: CLOCK_ACTOR,
        detail: { differed: differences.length },
      });
    });
    return differences.length;
  }
}

function differing<R extends Record<string, unknown>>(
  counted: readonly R[],
  real: readonly R[],
  keys: readonly string[],
  numbers: readonly string[],
): string[] {
  const keyOf = (row: R) => keys.map((k) => String(row[k])).join(' | ');
  const realByKey = new Map(real.map((r) => [keyOf(r), r]));
  const found: string[] = [];
  for (const row of counted) {
    const key = keyOf(row);
    const other = realByKey.get(key);
    realByKey.delete(key);
    const wrong = numbers.filter((n) => Number(row[n]) !== Number(other?.[n] ?? 0));
    if (wrong.length > 0)
      found.push(
        `${key}: ${wrong.map((n) => `${n} counted ${Number(row[n])}, real ${Number(other?.[n] ?? 0)}`).join('; ')}`,
      );
  }
  for (const key of realByKey.keys()) found.push(`${key}: not counted`);
  return found;
}
