import { Injectable } from '@nestjs/common';
import { Clock, CLOCK_ACTOR, Database, Ledger, marks, Vault, type LedgerActor } from '../../platform/index.js';

export type OptOutSource = 'api' | 'import' | 'uplink' | 'key' | 'gateway';

/** A channel; `null` is every one. */
export type OptOutChannel = string | null;

/** How the table calls "every channel": part of its key, so not null. */
const ALL = 'all';
const STATEMENT = 5000;

const chunked = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / STATEMENT) }, (_, i) => all.slice(i * STATEMENT, (i + 1) * STATEMENT));

/** Who does not want publicity, by phone and channel. Known by keyed hash only, so that a refusal outlives its person. */
@Injectable()
export class OptOuts {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  /** Those of the keys that refuse this channel. */
  of(phoneKeys: readonly string[], channel: string): Promise<Set<string>> {
    return this.among(phoneKeys, [channel, ALL]);
  }

  /** Those of the keys that were entered for this very channel, or for every channel as such. */
  exactly(phoneKeys: readonly string[], channel: OptOutChannel): Promise<Set<string>> {
    return this.among(phoneKeys, [channel ?? ALL]);
  }

  private async among(phoneKeys: readonly string[], channels: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const part of chunked([...new Set(phoneKeys)])) {
      const rows = await this.database.query<{ phoneKey: string }>(
        `SELECT phoneKey FROM opt_outs WHERE phoneKey IN (${marks(part.length)}) AND channel IN (${marks(channels.length)})`,
        [...part, ...channels],
      );
      for (const { phoneKey } of rows) found.add(phoneKey);
    }
    return found;
  }

  /** Those of the numbers (digits, as `readPhone` gives them) that refuse this channel, also where the refusal is kept under a former index key. */
  async ofNumbers(numbers: readonly string[], channel: string): Promise<Set<string>> {
    const byKey = new Map(numbers.flatMap((number) => this.keysOf(number).map((key) => [key, number] as const)));
    const refused = await this.of([...byKey.keys()], channel);
    return new Set([...refused].map((key) => byKey.get(key)!));
  }

  /** Enters a refusal where only the key is at hand: a reply, or a receipt that says the number is on a blacklist. */
  async addByKey(phoneKey: string, channel: OptOutChannel, source: OptOutSource): Promise<number> {
    return this.addKeys([phoneKey], channel, { source, by: CLOCK_ACTOR });
  }

  /** Enters numbers by their keys; answers how many did not refuse this channel before. One ledger entry. */
  async addKeys(
    phoneKeys: readonly string[],
    channel: OptOutChannel,
    { source, by }: { source: OptOutSource; by: LedgerActor },
  ): Promise<number> {
    const now = this.clock.now();
    return this.database.transaction(async () => {
      const rows = [...new Set(phoneKeys)].sort().map((key) => [key, channel ?? ALL, now, source]);
      const added = await this.database.insert('opt_outs', ['phoneKey', 'channel', 'at', 'source'], rows, 'ignore');
      if (added > 0)
        await this.ledger.write({
          action: 'optOut.add',
          subject: `optOuts/${channel ?? ALL}`,
          by,
          detail: { added, source },
        });
      return added;
    });
  }

  /**
   * Takes refusals back, on the person's own word; answers how many there were. Without a channel every refusal of the number
   * goes, with one only the refusal of that channel: who refused everything still does.
   */
  async removeKeys(phoneKeys: readonly string[], channel: OptOutChannel, by: LedgerActor): Promise<number> {
    return this.database.transaction(async () => {
      let removed = 0;
      for (const part of chunked([...new Set(phoneKeys)])) {
        removed += await this.database.execute(
          `DELETE FROM opt_outs WHERE phoneKey IN (${marks(part.length)})${channel ? ' AND channel = ?' : ''}`,
          [...part, ...(channel ? [channel] : [])],
        );
      }
      if (removed > 0)
        await this.ledger.write({
          action: 'optOut.remove',
          subject: `optOuts/${channel ?? ALL}`,
          by,
          detail: { removed },
        });
      return removed;
    });
  }

  /** The keys of a number under every index key that is still held, the current one first. */
  keysOf(number: string): string[] {
    return this.vault.indexes('phone', number);
  }
}
