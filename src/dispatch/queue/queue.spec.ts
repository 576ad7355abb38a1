import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { BatchQueue, DueBatch, DueBatches } from './batch-queue.js';
import { RedisQueue } from './redis-queue.js';
import { TableQueue } from './table-queue.js';

const REDIS = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';
const kinds = REDIS === 'off' ? (['table'] as const) : (['table', 'redis'] as const);
const watch = { error: () => undefined, away: () => undefined, back: () => undefined };
let made = 0;

const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !what(); i += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(what()).toBe(true);
};

/** A batch table in miniature: a batch is due until it is handled. */
class Table implements DueBatches {
  readonly handled: number[] = [];
  constructor(private open: number[]) {}
  async due(limit: number): Promise<DueBatch[]> {
    return this.open.slice(0, limit).map((id) => ({ id, priority: this.urgent.has(id) ? 0 : 39 }));
  }
  readonly urgent = new Set<number>();
  readonly handle = async (id: number): Promise<boolean> => {
    if (!this.open.includes(id)) return false;
    this.open = this.open.filter((o) => o !== id);
    this.handled.push(id);
    return true;
  };
  add(...ids: number[]): void {
    this.open.push(...ids);
  }
}

describe.each(kinds)('the %s queue', (kind) => {
  const queues: BatchQueue[] = [];
  const name = `tidecall-test-${process.pid}-${(made += 1)}`;
  const queueOf = (table: Table): BatchQueue => {
    const queue = kind === 'table' ? new TableQueue(table, 20) : new RedisQueue({ url: REDIS, name }, table, 20, watch);
    queues.push(queue);
    return queue;
  };
  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.stop()));
  });

  it('brings every batch that is due to a worker, also one that falls due later', async () => {
    const table = new Table(Array.from({ length: 40 }, (_, i) => i + 1));
    await queueOf(table).start(table.handle, 3);
    await until(() => table.handled.length === 40);
    table.add(41);
    await until(() => table.handled.includes(41));
    expect(new Set(table.handled).size).toBe(41);
  });

  it('shares the batches among the workers of several processes, each handled once', async () => {
    const table = new Table(Array.from({ length: 60 }, (_, i) => 100 + i));
    await queueOf(table).start(table.handle, 2);
    await queueOf(table).start(table.handle, 2);
    await until(() => table.handled.length === 60);
    expect(new Set(table.handled).size).toBe(60);
  });

  it('goes on after a batch that failed', async () => {
    const table = new Table([201, 202]);
    let failures = 0;
    await queueOf(table).start(async (id) => {
      if (id === 201 && failures < 2) {
        failures += 1;
        throw new Error('once more');
      }
      return table.handle(id);
    }, 1);
    await until(() => table.handled.length === 2);
    expect(failures).toBe(2);
  });

  if (kind === 'redis') {
    it('brings what is urgent before what was offered earlier', async () => {
      const table = new Table(Array.from({ length: 30 }, (_, i) => 401 + i));
      const bystander = queueOf(table);
      await bystander.start(table.handle, 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
      table.urgent.add(499);
      table.add(499);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await queueOf(table).start(table.handle, 1);
      await until(() => table.handled.length === 31);
      expect(table.handled.indexOf(499)).toBeLessThanOrEqual(1);
    });

    it('loses nothing but time when Redis forgets everything', async () => {
      const table = new Table([301, 302, 303]);
      const redis = new Redis(REDIS);
      await queueOf(table).start(table.handle, 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (const key of await redis.keys(`bull:${name}:*`)) await redis.del(key);
      await queueOf(table).start(table.handle, 2);
      await until(() => table.handled.length === 3);
      await redis.quit();
    });
  }
});
