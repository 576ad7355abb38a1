/** Something that falls due at an instant (epoch ms); `order` keeps the order of planning among equals. */
export interface Due<T> {
  at: number;
  order: number;
  attempt: number;
  what: T;
}

const isBefore = <T>(one: Due<T>, other: Due<T>): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** A binary heap of due things, earliest first; a million entries cost one small object each. */
export class DueHeap<T> {
  private readonly heap: Due<T>[] = [];

  get size(): number {
    return this.heap.length;
  }

  /** Epoch ms of the earliest entry, or infinity. */
  get nextAt(): number {
    return this.heap[0]?.at ?? Infinity;
  }

  push(due: Due<T>): void {
    const { heap } = this;
    let index = heap.length;
    while (index > 0) {
      const up = (index - 1) >> 1;
      const parent = heap[up];
      if (!parent || !isBefore(due, parent)) break;
      heap[index] = parent;
      index = up;
    }
    heap[index] = due;
  }

  pop(): Due<T> | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first && last && heap.length > 0) this.sink(last);
    return first;
  }

  clear(): void {
    this.heap.length = 0;
  }

  private sink(due: Due<T>): void {
    const { heap } = this;
    let index = 0;
    for (;;) {
      let down = 2 * index + 1;
      let child = heap[down];
      if (!child) break;
      const right = heap[down + 1];
      if (right && isBefore(right, child)) {
        down += 1;
        child = right;
      }
      if (!isBefore(child, due)) break;
      heap[index] = child;
      index = down;
    }
    heap[index] = due;
  }
}
