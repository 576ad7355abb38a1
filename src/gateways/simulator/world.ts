import { chanceFrom } from './chance.js';
import { SimulatorClock } from './clock.js';
import { Courier } from './courier.js';
import { Faults } from './faults.js';
import { callbackNames, gatewayNames, type CallbackName, type GatewayName } from './gateway.js';
import { MessageStore, type Message } from './messages.js';
import type { ReceiptHabit } from './people.js';
import { Pusher } from './push.js';

/** Per gateway, as `GET /_sim/stats` answers it; `messages` and `recipients` both count (recipient, content) items. */
export interface Tally {
  requests: number;
  messages: number;
  recipients: number;
  duplicates: number;
  rejectedSignatures: number;
}

/** What somebody answered to a message, kept for the page. */
export interface Uplink {
  from: string;
  text: string;
  at: number;
}

export interface WorldOptions {
  seed: number;
  callbacks?: Partial<Record<CallbackName, string>>;
}

const emptyTally = (): Tally => ({ requests: 0, messages: 0, recipients: 0, duplicates: 0, rejectedSignatures: 0 });
const MAX_UPLINKS_KEPT = 100_000;

/** What all gateways share: time, people, memory, faults and the way out. */
export class World {
  readonly clock = new SimulatorClock();
  readonly courier = new Courier(this.clock);
  readonly messages = new MessageStore();
  readonly pusher = new Pusher();
  readonly callbacks = new Map<CallbackName, string>();
  readonly seed: number;
  faults: Faults;
  uplinks: Uplink[] = [];
  private tallies = new Map<GatewayName, Tally>();

  constructor({ seed, callbacks = {} }: WorldOptions) {
    this.seed = seed;
    this.faults = new Faults(chanceFrom(seed));
    for (const name of callbackNames) {
      const url = callbacks[name];
      if (url) this.callbacks.set(name, url);
    }
  }

  tally(gateway: GatewayName): Tally {
    const known = this.tallies.get(gateway);
    if (known) return known;
    const fresh = emptyTally();
    this.tallies.set(gateway, fresh);
    return fresh;
  }

  stats(): Record<string, Tally> {
    return Object.fromEntries(gatewayNames.map((name) => [name, { ...this.tally(name) }]));
  }

  /** Takes a message for good, counts it, and answers how many its recipient had before. */
  accept(message: Message): number {
    const { nth, isAgain } = this.messages.add(message);
    const tally = this.tally(message.gateway);
    tally.messages += 1;
    tally.recipients += 1;
    if (isAgain) tally.duplicates += 1;
    return nth;
  }

  /**
   * The instants (epoch ms) at which receipts for a message accepted at `at` are due: none, one or two.
   * Faults are read here, at acceptance: loss, a delay in place of the natural one, and a second receipt a second later.
   */
  receiptTimes(gateway: GatewayName, at: number, habit: ReceiptHabit): number[] {
    const { receiptDelayMs, receiptLossRate, receiptDuplicateRate } = this.faults.of(gateway);
    const isLost = this.faults.strikes(receiptLossRate);
    const isTwice = this.faults.strikes(receiptDuplicateRate) || habit.isTwice;
    if (isLost || habit.delayMs === undefined) return [];
    const first = at + (habit.isPinned ? habit.delayMs : (receiptDelayMs ?? habit.delayMs));
    return isTwice ? [first, first + 1_000] : [first];
  }

  noteUplink(uplink: Uplink): void {
    this.uplinks.push(uplink);
    if (this.uplinks.length > MAX_UPLINKS_KEPT) this.uplinks.splice(0, MAX_UPLINKS_KEPT / 2);
  }

  /** No message, receipt, uplink, fault or count is left; the seed and the callbacks are. */
  forget(): void {
    this.courier.forget();
    this.messages.clear();
    this.faults = new Faults(chanceFrom(this.seed));
    this.uplinks = [];
    this.tallies.clear();
  }

  async close(): Promise<void> {
    this.courier.close();
    await this.pusher.close();
  }
}
