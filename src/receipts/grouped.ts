interface Waiting<T> {
  readonly item: T;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** SQLite's commit holds up the event loop, so nothing arrives while it works: what is on its way gets this long to come in. */
const GATHER_MS = 2;

/**
 * Does together what comes in while earlier work is under way: a durable commit a receipt would be thousands of them a
 * minute. Whoever adds something is answered when it is done; where a group fails, each of it is done by itself, so that one
 * that is at fault harms no other.
 */
export class Grouped<T> {
  private waiting: Waiting<T>[] = [];
  private isBusy = false;

  constructor(
    private readonly work: (items: readonly T[]) => Promise<void>,
    private readonly atMost: number,
  ) {}

  add(item: T): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      if (!this.isBusy) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      await this.together(this.waiting.splice(0, this.atMost));
    }
    this.isBusy = false;
  }

  private async together(group: readonly Waiting<T>[]): Promise<void> {
    try {
      await this.work(group.map((w) => w.item));
      for (const { done } of group) done();
    } catch (error) {
      if (group.length === 1) group[0]!.failed(error);
      else for (const one of group) await this.together([one]);
    }
  }
}
