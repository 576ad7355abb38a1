import { Column, Words } from './columns.js';
import { gatewayNames, type GatewayName } from './gateway.js';

/** One message given to one recipient; `at` in epoch ms of the simulator's clock, `callId` what the gateway answered. */
export interface Message {
  gateway: GatewayName;
  to: string;
  content: string;
  at: number;
  callId: string;
}

export interface MessageQuery {
  gateway?: GatewayName;
  to?: string;
  /** Only messages after this number (before it, when newest first). */
  after?: number;
  limit: number;
  isNewestFirst?: boolean;
}

export interface MessagePage {
  items: Message[];
  /** The number to go on after, or null at the end. */
  next: number | null;
}

/** Everything that was accepted, in order, kept in columns: a million messages fit into a few hundred megabytes. */
export class MessageStore {
  private recipients = new Words();
  private contents = new Words();
  private recipientOf = new Column(Int32Array);
  private contentOf = new Column(Int32Array);
  private previousOf = new Column(Int32Array);
  private atOf = new Column(Float64Array);
  private lastOf = new Column(Int32Array);
  private countOf = new Column(Int32Array);
  private callIds: string[] = [];
  private pairs = new Set<number>();

  get size(): number {
    return this.callIds.length;
  }

  /** Keeps a message. `nth` is how many its recipient had before; `isAgain` whether the same content was among them. */
  add({ gateway, to, content, at, callId }: Message): { nth: number; isAgain: boolean } {
    const index = this.size;
    const known = this.recipients.find(keyOf(gateway, to));
    const recipient = known ?? this.recipients.id(keyOf(gateway, to));
    const contentId = this.contents.id(content);
    const nth = known === undefined ? 0 : this.countOf.at(recipient);
    this.previousOf.set(index, nth === 0 ? -1 : this.lastOf.at(recipient));
    this.recipientOf.set(index, recipient);
    this.contentOf.set(index, contentId);
    this.atOf.set(index, at);
    this.lastOf.set(recipient, index);
    this.countOf.set(recipient, nth + 1);
    this.callIds.push(callId);
    // Both numbers stay below 2^26, so the pair is exact in a double.
    const pair = recipient * 0x4000000 + contentId;
    const isAgain = this.pairs.has(pair);
    if (!isAgain) this.pairs.add(pair);
    return { nth, isAgain };
  }

  page(query: MessageQuery): MessagePage {
    return query.to === undefined ? this.scan(query) : this.chain(query, query.to);
  }

  /** The recipients whose address contains `search`, latest message first, each with that message and how many it had. */
  latest(search: string, limit: number): (Message & { count: number })[] {
    const seen = new Set<number>();
    const found: (Message & { count: number })[] = [];
    for (let index = this.size - 1; index >= 0 && found.length < limit; index -= 1) {
      const recipient = this.recipientOf.at(index);
      if (seen.has(recipient)) continue;
      seen.add(recipient);
      const message = this.read(index);
      if (message.to.includes(search)) found.push({ ...message, count: this.countOf.at(recipient) });
    }
    return found;
  }

  clear(): void {
    Object.assign(this, new MessageStore());
  }

  private scan({ gateway, after, limit, isNewestFirst }: MessageQuery): MessagePage {
    const step = isNewestFirst ? -1 : 1;
    const prefix = gateway && keyOf(gateway, '');
    const items: Message[] = [];
    let index = after === undefined ? (isNewestFirst ? this.size - 1 : 0) : after + step;
    let last = index;
    for (; index >= 0 && index < this.size && items.length < limit; index += step) {
      if (prefix && !this.recipients.word(this.recipientOf.at(index)).startsWith(prefix)) continue;
      items.push(this.read(index));
      last = index;
    }
    return { items, next: items.length === limit && index >= 0 && index < this.size ? last : null };
  }

  private chain({ gateway, after, limit, isNewestFirst }: MessageQuery, to: string): MessagePage {
    const indexes: number[] = [];
    for (const name of gateway ? [gateway] : gatewayNames) {
      const recipient = this.recipients.find(keyOf(name, to));
      if (recipient === undefined) continue;
      for (let index = this.lastOf.at(recipient); index >= 0; index = this.previousOf.at(index)) indexes.push(index);
    }
    indexes.sort((one, other) => (isNewestFirst ? other - one : one - other));
    const wanted = indexes.filter((index) => after === undefined || (isNewestFirst ? index < after : index > after));
    const page = wanted.slice(0, limit);
    return {
      items: page.map((index) => this.read(index)),
      next: wanted.length > page.length ? (page[page.length - 1] ?? null) : null,
    };
  }

  private read(index: number): Message {
    const key = this.recipients.word(this.recipientOf.at(index));
    const cut = key.indexOf(' ');
    return {
      gateway: key.slice(0, cut) as GatewayName,
      to: key.slice(cut + 1),
      content: this.contents.word(this.contentOf.at(index)),
      at: this.atOf.at(index),
      callId: this.callIds[index] ?? '',
    };
  }
}

/** Gateways' names hold no blank, so the first one parts the two. */
const keyOf = (gateway: GatewayName, to: string): string => `${gateway} ${to}`;
