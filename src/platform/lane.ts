import { Logger } from '@nestjs/common';

/**
 * Work that goes on for as long as the process does: again at once while there is something to do, else after a rest. A
 * failure is logged and does not end the lane. The rest is real time, for it is about the machine and not about the county.
 */
export class Lane {
  private readonly log: Logger;
  private isStopping = false;
  private wake: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  /** `work` answers true where it did something. */
  constructor(
    name: string,
    private readonly restMs: number,
    private readonly work: () => Promise<boolean>,
  ) {
    this.log = new Logger(`Lane ${name}`);
  }

  start(): this {
    this.isStopping = false;
    this.running = this.run();
    return this;
  }

  /** Resolves when what is in hand is finished. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      let worked = false;
      try {
        worked = await this.work();
      } catch (error) {
        const what = error instanceof Error ? `${error.name}: ${error.message.slice(0, 300)}` : 'unknown';
        this.log.error(`failed, and goes on: ${what}`);
      }
      if (!worked && !this.isStopping) await this.rest();
    }
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.restMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
