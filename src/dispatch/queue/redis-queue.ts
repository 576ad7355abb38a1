import { Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { Lane } from '../../platform/lane.js';
import type { BatchHandler, BatchQueue, DueBatches, QueueLog } from './batch-queue.js';

/** How many due batches one look offers; more wait for the next look. */
const OFFERED_AT_ONCE = 500;

/** `name` keeps deployments that share a Redis apart. */
export interface RedisPlace {
  readonly url: string;
  readonly name: string;
}

/**
 * BullMQ on Redis carries the ids of due batches to any number of workers on any number of machines. Every worker's process
 * looks at the batch table and offers what is due; an id that is offered already is not offered twice. So a Redis that was
 * flushed or restarted costs the time until the next look, and nothing else.
 */
export class RedisQueue implements BatchQueue {
  private readonly queue: Queue;
  private readonly connections: Redis[] = [];
  private worker: Worker | null = null;
  private offering: Lane | null = null;

  constructor(
    private readonly redis: RedisPlace,
    private readonly batches: DueBatches,
    private readonly pauseMs: number,
    private readonly log: QueueLog,
  ) {
    this.queue = new Queue(redis.name, { connection: this.connect() });
    this.queue.on('error', (error) => this.log.error(`Redis queue: ${error.message}`));
  }

  private connect(): Redis {
    const redis = new Redis(this.redis.url, {
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
      retryStrategy: (times) => Math.min(times * 200, 2000),
    });
    redis.on('error', () => undefined); // BullMQ reports it; ioredis would throw without a listener.
    this.connections.push(redis);
    return redis;
  }

  async start(handle: BatchHandler, workers: number): Promise<void> {
    if (workers > 0) {
      this.worker = new Worker(this.redis.name, async (job: Job<{ id: number }>) => void (await handle(job.data.id)), {
        connection: this.connect(),
        concurrency: workers,
        lockDuration: 30_000,
        stalledInterval: 5_000,
        maxStalledCount: 100,
      });
      this.worker.on('error', (error) => this.log.error(`Redis worker: ${error.message}`));
    }
    this.offering = new Lane('offer', this.pauseMs, () => this.offer()).start();
  }

  /** Answers false always: what was offered is in the queue, and the next look comes after the rest. */
  private async offer(): Promise<boolean> {
    const due = await this.batches.due(OFFERED_AT_ONCE);
    if (due.length === 0) return false;
    await this.queue.addBulk(
      due.map(({ id, priority }) => ({
        name: 'batch',
        data: { id },
        // BullMQ takes 1 for the most urgent; what has no priority would go before everything.
        opts: { jobId: `b${id}`, priority: priority + 1, removeOnComplete: true, removeOnFail: true },
      })),
    );
    return false;
  }

  async stop(): Promise<void> {
    await this.offering?.stop();
    await this.worker?.close();
    await this.queue.close();
    for (const connection of this.connections) connection.disconnect();
  }
}
