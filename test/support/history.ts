import type { Database, Row } from '../../src/platform/index.js';

/** A delivery as a test tells it; what is left out has a quiet default. */
export interface ToldDelivery {
  readonly run: number;
  readonly person: number | null;
  readonly channel?: string;
  readonly gateway?: string;
  readonly population?: string;
  readonly township?: string;
  readonly trick?: string;
  readonly status: string;
  readonly attended?: boolean;
  readonly parts?: number;
  readonly cost?: number;
  readonly headCount?: number;
  /** A post that a group's owner attests: it has a task. */
  readonly isAttested?: boolean;
  readonly plannedAt?: number;
  readonly sentAt?: number | null;
  readonly settledAt?: number | null;
  readonly finalAt?: number | null;
}

export interface ToldSkip {
  readonly run: number;
  readonly person: number;
  readonly channel?: string;
  readonly population?: string;
  readonly township?: string;
  readonly reason: string;
  readonly at?: number;
}

export interface ToldRun {
  readonly occurrence: number;
  readonly day: number;
  readonly campaign?: string;
  readonly kind?: string;
}

export interface History {
  readonly runs: readonly ToldRun[];
  readonly deliveries: readonly ToldDelivery[];
  readonly skips: readonly ToldSkip[];
}

export const runId = (run: number): string => `R${String(run).padStart(25, '0')}`;
const SENT = ['awaiting', 'delivered', 'undelivered'];
const STATES = ['pending', ...SENT, 'failed', 'uncertain', 'cancelled', 'expired'];
const MORE = ['smsParts', 'callAttempts', 'callsAnswered', 'estimatedReach', 'attestedReach', 'cost'];

export const typeOf = (trick: string): string => trick.split('-')[0]!;

/** Puts a history into the tables as dispatch would leave it: rows, and counters spread over shards. */
export async function tell(database: Database, history: History): Promise<void> {
  await database.transaction(async () => {
    for (const table of ['runs', 'deliveries', 'skips', 'counters', 'skip_counters', 'tasks'])
      await database.execute(`DELETE FROM ${table}`);
    const runs: Row[] = history.runs.map((run, i) => [
      runId(i),
      run.campaign ?? 'C1',
      1,
      run.occurrence + i,
      run.kind ?? 'scheduled',
      'sending',
      run.day,
      'seed',
      0,
    ]);
    await database.insert(
      'runs',
      ['id', 'campaignId', 'version', 'occurrence', 'kind', 'status', 'day', 'seed', 'createdAt'],
      runs,
    );
    await tellDeliveries(database, history);
    await tellSkips(database, history);
  });
}

async function tellDeliveries(database: Database, { runs, deliveries }: History): Promise<void> {
  const columns = [
    ...[
      'id',
      'runId',
      'campaignId',
      'step',
      'channel',
      'gateway',
      'recipient',
      'personId',
      'population',
      'township',
      'type',
      'trick',
    ],
    ...[
      'scriptVersionId',
      'contentDigest',
      'why',
      'parts',
      'headCount',
      'day',
      'batchId',
      'status',
      'attended',
      'cost',
      'plannedAt',
      'sentAt',
      'settledAt',
      'finalAt',
    ],
  ];
  const cells = deliveries.map((d, i): Row => {
    const trick = d.trick ?? 'A-1';
    return [
      ...[
        i + 1,
        runId(d.run),
        runs[d.run]!.campaign ?? 'C1',
        0,
        d.channel ?? 'sms',
        d.gateway ?? 'mas',
        `r${i}`,
        d.person,
        d.population ?? 'local',
        d.township ?? '330922100',
        typeOf(trick),
        trick,
      ],
      ...[
        1,
        'digest',
        'its turn',
        d.parts ?? 1,
        d.headCount ?? null,
        runs[d.run]!.day,
        1,
        d.status,
        d.attended ? 1 : 0,
        d.cost ?? 0,
        d.plannedAt ?? 0,
        d.sentAt ?? null,
        d.settledAt ?? null,
        d.finalAt ?? null,
      ],
    ];
  });
  await database.insert('deliveries', columns, cells);
  const tasks = deliveries.flatMap((d, i): Row[] => (d.isAttested ? [[`T${i}`, 'post', 'done', i + 1, 0, 0]] : []));
  await database.insert('tasks', ['id', 'kind', 'status', 'deliveryId', 'dueAt', 'createdAt'], tasks);
  const counters = deliveries.map((d, i): Row => {
    const trick = d.trick ?? 'A-1';
    const channel = d.channel ?? 'sms';
    const isSent = SENT.includes(d.status);
    const heads = channel === 'chat' && d.status === 'delivered' ? (d.headCount ?? 0) : 0;
    return [
      ...[runId(d.run), channel, d.gateway ?? 'mas', d.population ?? 'local', d.township ?? '330922100', trick, i % 3],
      ...[typeOf(trick), runs[d.run]!.campaign ?? 'C1', runs[d.run]!.day],
      ...STATES.map((state) => (state === d.status ? 1 : 0)),
      ...[
        isSent && channel === 'sms' ? (d.parts ?? 1) : 0,
        isSent && channel === 'voice' ? 1 : 0,
        channel === 'voice' && d.status === 'delivered' ? 1 : 0,
      ],
      ...[d.isAttested ? 0 : heads, d.isAttested ? heads : 0, isSent ? (d.cost ?? 0) : 0],
    ];
  });
  const keys = ['runId', 'channel', 'gateway', 'population', 'township', 'trick', 'shard'];
  for (const row of counters)
    await database.upsert('counters', keys, ['type', 'campaignId', 'day', ...STATES, ...MORE], [row], {
      add: [...STATES, ...MORE],
    });
}

async function tellSkips(database: Database, { runs, skips }: History): Promise<void> {
  const columns = [
    'runId',
    'campaignId',
    'step',
    'channel',
    'recipient',
    'personId',
    'population',
    'township',
    'reason',
    'day',
    'at',
  ];
  const cells = skips.map((s, i): Row => [
    runId(s.run),
    runs[s.run]!.campaign ?? 'C1',
    0,
    s.channel ?? 'sms',
    `s${i}`,
    s.person,
    s.population ?? 'local',
    s.township ?? '330922100',
    s.reason,
    runs[s.run]!.day,
    s.at ?? 0,
  ]);
  await database.insert('skips', columns, cells);
  for (const s of skips) {
    const key = [runId(s.run), s.channel ?? 'sms', s.population ?? 'local', s.township ?? '330922100', s.reason];
    const row: Row = [...key, runs[s.run]!.campaign ?? 'C1', runs[s.run]!.day, 1];
    await database.upsert(
      'skip_counters',
      ['runId', 'channel', 'population', 'township', 'reason'],
      ['campaignId', 'day', 'skipped'],
      [row],
      { add: ['skipped'] },
    );
  }
}
