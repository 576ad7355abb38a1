import { Lane } from '../../platform/lane.js';
import type { BatchHandler, BatchQueue, DueBatches } from './batch-queue.js';

/** Looks a little further than there are workers, for the first batches may be another worker's already. */
const AHEAD = 4;

/** Without Redis the batch table itself is the queue: each worker asks it for what is due. */
export class TableQueue implements BatchQueue {
  private readonly inHand = new Set<number>();
  private lanes: Lane[] = [];

  constructor(
    private readonly batches: DueBatches,
    private readonly pauseMs: number,
  ) {}

  async start(handle: BatchHandler, workers: number): Promise<void> {
    this.lanes = Array.from({ length: workers }, (_, i) =>
      new Lane(`send ${i + 1}`, this.pauseMs, () => this.one(handle, workers)).start(),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.stop()));
    this.lanes = [];
  }

  /** One batch that is due, handled; false where there is none for us. */
  async one(handle: BatchHandler, workers: number): Promise<boolean> {
    for (const { id } of await this.batches.due(Math.max(1, workers) * AHEAD)) {
      if (this.inHand.has(id)) continue;
      this.inHand.add(id);
      try {
        if (await handle(id)) return true;
      } finally {
        this.inHand.delete(id);
      }
    }
    return false;
  }
}
