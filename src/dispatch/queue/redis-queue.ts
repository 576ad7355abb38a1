import { Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { Lane } from '../../platform/lane.js';
import type { BatchHandler, BatchQueue, DueBatches, QueueWatch } from './batch-queue.js';

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
  private readonly inHand = new Set<Promise<boolean>>();
  private isStopping = false;

  constructor(
    private readonly redis: RedisPlace,
    private readonly batches: DueBatches,
    private readonly pauseMs: number,
    private readonly watch: QueueWatch,
  ) {
    const connection = this.connect();
    connection.on('ready', () => this.watch.back());
    connection.on('close', () => {
      if (!this.isStopping) this.watch.away();
    });
    this.queue = new Queue(redis.name, { connection });
    this.queue.on('error', (error) => this.watch.error(`Redis queue: ${error.message}`));
  }

  private connect(): Redis {
    const redis = new Redis(this.redis.url, {
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
      // Not tried again once it stops: whoever waits for an answer then gets an error.
      retryStrategy: (times) => (this.isStopping ? null : Math.min(times * 200, 2000)),
    });
    redis.on('error', () => undefined); // BullMQ reports it; ioredis would throw without a listener.
    this.connections.push(redis);
    return redis;
  }

  async start(handle: BatchHandler, workers: number): Promise<void> {
    if (workers > 0) {
      this.worker = new Worker(this.redis.name, (job: Job<{ id: number }>) => this.one(() => handle(job.data.id)), {
        connection: this.connect(),
        concurrency: workers,
        lockDuration: 30_000,
        stalledInterval: 5_000,
        maxStalledCount: 100,
        runRetryDelay: this.pauseMs,
      });
      this.worker.on('error', (error) => this.watch.error(`Redis worker: ${error.message}`));
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

  private async one(handle: () => Promise<boolean>): Promise<void> {
    const handled = handle();
    this.inHand.add(handled);
    try {
      await handled;
    } finally {
      this.inHand.delete(handled);
    }
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    const isAway = this.connections.some((connection) => connection.status !== 'ready');
    // BullMQ would wait for its return. What is in hand is finished without it.
    if (isAway) await Promise.allSettled(this.inHand);
    await this.offering?.stop();
    await this.worker?.close(isAway);
    await this.queue.close();
    for (const connection of this.connections) connection.disconnect();
  }
}
