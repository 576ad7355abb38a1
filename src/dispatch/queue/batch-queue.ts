/** Handles one batch; true where it did something with it. */
export type BatchHandler = (batchId: number) => Promise<boolean>;

/**
 * Brings batches that are due to workers. The batch table is the truth in either form: what a queue loses is found there
 * again, and what it brings twice is claimed once.
 */
export interface BatchQueue {
  /** Begins to hand batches to `handle`, at most `workers` at a time in this process. */
  start(handle: BatchHandler, workers: number): Promise<void>;
  /** Stops handing out, waits for what is in hand. */
  stop(): Promise<void>;
}

export interface DueBatch {
  readonly id: number;
  /** The lower goes first. */
  readonly priority: number;
}

/** Where a queue looks for batches that are due, in the order in which they are to go. */
export interface DueBatches {
  due(limit: number): Promise<DueBatch[]>;
}

/** Who is told how a queue fares. */
export interface QueueWatch {
  error(text: string): void;
  /** What carries the queue cannot be reached: nothing is handed out; told at every try that fails. */
  away(): void;
  /** It is reached, at the beginning or again. */
  back(): void;
}
