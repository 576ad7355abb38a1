import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Runs } from '../../campaigns/index.js';
import type { Gateway } from '../../gateways/index.js';
import { CLOCK_ACTOR, Clock, Config, Database, Ledger, parseDuration, troubleOf } from '../../platform/index.js';
import { Settlement, type SettledCall, type Verdict } from '../settle/settlement.service.js';
import { Batches, type Batch } from './batches.repository.js';

interface Answered {
  readonly batch: Batch;
  readonly gateway: Gateway;
  readonly settled: readonly SettledCall[];
}

/** Writes down what gateways answered to the calls of a batch. */
@Injectable()
export class CallAnswers implements BeforeApplicationShutdown {
  private readonly log = new Logger('Dispatcher');
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly settlement: Settlement,
    private readonly batches: Batches,
    private readonly runs: Runs,
    private readonly ledger: Ledger,
  ) {}

  /** In the caller's transaction. */
  async settle({ batch, gateway, settled }: Answered): Promise<Verdict> {
    const verdict = await this.settlement.calls(gateway, settled);
    if (settled.length === 0) return verdict;
    await this.ledger.write({
      action: 'batch.settle',
      subject: `batch/${batch.id}`,
      by: CLOCK_ACTOR,
      detail: { run: batch.runId, gateway: gateway.key, calls: settled.map((s) => s.callId), ...verdict },
    });
    return verdict;
  }

  /**
   * Keeps answers that a database in trouble would not take, and writes them down as soon as it does, or they would be in doubt
   * though they are known. Nothing else of the batch is touched: whether the transaction that failed opened another window is not
   * known, so the batch waits for its recovery. Ends without success where the process is to stop.
   */
  async settleLate(answered: Answered, trouble: unknown): Promise<void> {
    const { settled } = answered;
    for (let error = trouble; ;) {
      const code = troubleOf(error);
      if (code === null || this.isStopping) throw error;
      this.log.error(`the answers of ${settled.length} calls wait for the database: ${code}`);
      await this.rest();
      try {
        await this.database.transaction(() => this.settleRecovered(answered));
        return;
      } catch (again) {
        error = again;
      }
    }
  }

  /** Settles answers of a batch that may have been recovered meanwhile: what they say did not leave is due again. */
  private async settleRecovered(answered: Answered): Promise<void> {
    const { retry } = await this.settle(answered);
    if (retry === 0) return;
    await this.batches.reopen(answered.batch.id, this.clock.now());
    // While it was in doubt nothing was pending, so the run may have settled without it.
    await this.runs.reopen(answered.batch.runId);
  }

  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }

  private rest(): Promise<void> {
    const restMs = parseDuration(this.config.settings.dispatch.pollEvery) ?? 1000;
    return new Promise((resolve) => setTimeout(resolve, restMs));
  }
}
