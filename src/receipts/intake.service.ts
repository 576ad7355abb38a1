import { Injectable } from '@nestjs/common';
import {
  Gateways,
  readPush,
  type Gateway,
  type Push,
  type Receipt,
  type Received,
  type Uplink,
} from '../gateways/index.js';
import { Clock, Database, err, ok, Vault, type Result } from '../platform/index.js';
import { Grouped } from './grouped.js';
import { receiptIdentity, uplinkIdentity } from './received.js';
import { Uplinks } from './uplinks.service.js';

export interface Caller {
  readonly token: string | null;
  readonly address: string;
}

const RECEIPT_COLUMNS = [
  'gateway', 'dedupeKey', 'ref', 'addressKey', 'deliveryRef', 'outcome', 'code', 'seconds', 'keyPressed', 'at', 'receivedAt', 'status', 'detail',
] as const; // prettier-ignore
/** Pushes that share a commit. */
const PUSHES_TOGETHER = 200;

/** Takes what gateways push: authenticate, store, answer; matching comes after, so that a gateway never waits for it. */
@Injectable()
export class Intake {
  private readonly line = new Grouped<{ gateway: Gateway; received: Omit<Received, 'reply'> }>(
    (pushes) => this.storeAll(pushes),
    PUSHES_TOGETHER,
  );

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly vault: Vault,
    private readonly gateways: Gateways,
    private readonly uplinks: Uplinks,
  ) {}

  async push(
    key: string,
    push: Omit<Push, 'receivedAt'>,
    from: Caller,
  ): Promise<Result<Received['reply'], 'notFound' | 'forged' | 'unreadable'>> {
    const gateway = this.gateways.get(key);
    if (!gateway?.adapter.receive) return err('notFound');
    if (!this.isAuthentic(gateway, from)) return err('forged');
    const received = readPush(gateway.adapter, { ...push, receivedAt: this.clock.now() }, gateway.settings);
    if (!received) return err('unreadable');
    await this.store(gateway, received);
    return ok(received.reply);
  }

  /** By the token in the path; a gateway that cannot be given one by its address. What an adapter signs, it checks itself. */
  private isAuthentic(gateway: Gateway, { token, address }: Caller): boolean {
    if (token !== null) return this.gateways.isReceiptToken(gateway.key, token);
    const plain = address.replace(/^::ffff:/, '');
    return gateway.receiptSources.includes(plain);
  }

  /** Stores what came together; what is known already is passed over. Resolves when it is committed. */
  store(gateway: Gateway, received: Omit<Received, 'reply'>): Promise<void> {
    if (received.receipts.length + received.uplinks.length === 0) return Promise.resolve();
    return this.line.add({ gateway, received });
  }

  private async storeAll(pushes: readonly { gateway: Gateway; received: Omit<Received, 'reply'> }[]): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.insert(
        'receipts',
        RECEIPT_COLUMNS,
        pushes.flatMap(({ gateway, received }) => received.receipts.map((r) => this.row(gateway, r))),
        'ignore',
      );
      for (const { gateway, received } of pushes)
        for (const uplink of received.uplinks) await this.uplink(gateway, uplink);
    });
  }

  private row(gateway: Gateway, r: Receipt) {
    const marks = [r.badNumber ? 'badNumber' : '', r.optedOut ? 'optedOut' : ''].filter(Boolean).join(',');
    return [
      gateway.key,
      this.vault.index('receipt', receiptIdentity(r)),
      r.ref ?? null,
      r.to === undefined ? null : this.addressKey(gateway, r.to),
      r.deliveryId ?? null,
      r.outcome,
      r.code,
      r.seconds ?? null,
      r.key?.slice(0, 4) ?? null,
      r.at,
      this.clock.now(),
      r.outcome === 'unknown' && r.key === undefined ? 'noted' : 'stored',
      marks || null,
    ];
  }

  private async uplink(gateway: Gateway, uplink: Uplink): Promise<void> {
    await this.uplinks.take({
      gateway: gateway.key,
      dedupeKey: this.vault.index('uplink', uplinkIdentity(uplink)),
      addressKey: this.addressKey(gateway, uplink.from),
      from: uplink.from,
      text: uplink.text,
      statements: uplink.statements ?? [uplink.text],
      beyond: uplink.beyond ?? '',
      at: uplink.at,
    });
  }

  private addressKey(gateway: Gateway, address: string): string {
    return gateway.channels.includes('email')
      ? this.vault.index('email', address.toLowerCase())
      : this.vault.index('phone', address);
  }
}
