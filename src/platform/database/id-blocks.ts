import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

const AHEAD = 1000;

/**
 * Hands out whole blocks of numbers, so that a planner knows the ids of its rows before it writes them and the rows of a
 * batch lie side by side. A block that is taken and not used leaves a gap, which harms nobody.
 */
@Injectable()
export class IdBlocks {
  private readonly spare = new Map<string, { next: number; end: number }>();

  constructor(private readonly database: Database) {}

  /** Takes `count` numbers and answers the first. */
  async take(name: string, count: number): Promise<number> {
    const taken = await this.tryTake(name, count);
    if (taken !== null) return taken;
    await this.database.insert('id_blocks', ['name', 'next'], [[name, 1]], 'ignore');
    return (await this.tryTake(name, count))!;
  }

  /**
   * The same for small numbers of ids that are wanted often: a block is taken ahead and handed out from memory. Never inside a
   * transaction, for one that is rolled back would hand its numbers out again.
   */
  async next(name: string, count: number): Promise<number> {
    const spare = this.spare.get(name);
    if (spare && spare.next + count <= spare.end) {
      spare.next += count;
      return spare.next - count;
    }
    const ahead = Math.max(count, AHEAD);
    const first = await this.take(name, ahead);
    this.spare.set(name, { next: first + count, end: first + ahead });
    return first;
  }

  private tryTake(name: string, count: number): Promise<number | null> {
    return this.database.transaction(async () => {
      const changed = await this.database.execute('UPDATE id_blocks SET next = next + ? WHERE name = ?', [count, name]);
      if (changed === 0) return null;
      const row = await this.database.one<{ next: number }>('SELECT next FROM id_blocks WHERE name = ?', [name]);
      return row!.next - count;
    });
  }
}
