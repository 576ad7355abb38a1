interface Waiting {
  readonly work: () => Promise<unknown>;
  readonly done: (value: never) => void;
  readonly failed: (error: unknown) => void;
}

/** How many pieces of work share a commit at most: the first of them waits for the last. */
const TOGETHER = 16;

/**
 * Lets work through one at a time, in the order of arrival. What has come in while earlier work was under way shares one
 * commit (`inOne`), for a durable commit costs more than most work. Where one of a group fails, the group is undone and each of
 * it is done by itself: nobody notices who came along.
 */
export class Gate {
  private waiting: Waiting[] = [];
  private isBusy = false;

  /** `inOne` runs its work in one transaction, committed when it resolves and rolled back when it rejects. */
  constructor(private readonly inOne: (work: () => Promise<void>) => Promise<void>) {}

  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((done, failed) => {
      this.waiting.push({ work, done, failed });
      if (!this.isBusy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0) await this.together(this.waiting.splice(0, TOGETHER));
    this.isBusy = false;
  }

  private async together(group: readonly Waiting[]): Promise<void> {
    const values: unknown[] = [];
    try {
      await this.inOne(async () => {
        for (const { work } of group) values.push(await work());
      });
    } catch (error) {
      if (group.length === 1) group[0]!.failed(error);
      else for (const one of group) await this.together([one]);
      return;
    }
    for (const [i, { done }] of group.entries()) done(values[i] as never);
  }
}
