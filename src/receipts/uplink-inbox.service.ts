import { Injectable } from '@nestjs/common';
import type { Actor } from '../accounts/index.js';
import { DeliveryViews, type DeliveryView } from '../dispatch/index.js';
import {
  Alarms,
  Clock,
  CountyTime,
  Database,
  err,
  Ledger,
  maskEmail,
  maskPhone,
  ok,
  pageOf,
  Vault,
  type Instant,
  type Page,
  type Result,
  type SqlValue,
} from '../platform/index.js';
import type { UplinkKind } from './received.js';

interface UplinkRow {
  readonly id: string;
  readonly address: string;
  readonly text: string;
  readonly kind: UplinkKind;
  readonly status: 'open' | 'handled';
  readonly deliveryId: number | null;
  readonly receivedAt: Instant;
  readonly answeredAt: Instant | null;
  readonly handledAt: Instant | null;
  readonly note: string | null;
}

/** A reply as the inbox shows it. */
export interface UplinkView {
  readonly id: string;
  /** Masked. */
  readonly from: string;
  readonly text: string;
  readonly receivedAt: string;
  readonly deliveryId?: string;
  /** The message that it answers; null where that is no longer there, absent where none is known. */
  readonly message?: DeliveryView | null;
  readonly alarm: boolean;
  /** When the one fixed answer of the day went to this number for it; null where none did. */
  readonly answeredAt: string | null;
  readonly status: 'open' | 'handled';
  readonly handledAt: string | null;
  readonly note: string | null;
}

export interface UplinkQuestion {
  readonly status?: string | undefined;
  readonly alarm?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The reply inbox: each reply beside the message that it answers, until somebody has handled it. */
@Injectable()
export class UplinkInbox {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly vault: Vault,
    private readonly deliveries: DeliveryViews,
    private readonly alarms: Alarms,
    private readonly ledger: Ledger,
  ) {}

  async list(ask: UplinkQuestion, viewer: Actor): Promise<Page<UplinkView>> {
    const where = ["kind <> 'optOut'"];
    const values: SqlValue[] = [];
    if (ask.status) {
      where.push('status = ?');
      values.push(ask.status);
    }
    if (ask.alarm !== undefined) where.push(ask.alarm ? "kind = 'alarm'" : "kind <> 'alarm'");
    if (ask.cursor) {
      where.push('id < ?');
      values.push(ask.cursor);
    }
    if (viewer.scope.township !== null) {
      where.push('township = ?');
      values.push(viewer.scope.township);
    }
    const rows = await this.database.query<UplinkRow>(
      `SELECT * FROM uplinks WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ${ask.limit + 1}`,
      values,
    );
    const page = pageOf(
      rows,
      ask.limit,
      (row) => row.id,
      (row) => row,
    );
    const messages = await this.messages(page.items, viewer);
    return { items: page.items.map((row) => this.view(row, messages)), nextCursor: page.nextCursor };
  }

  private async messages(rows: readonly UplinkRow[], viewer: Actor): Promise<Map<string, DeliveryView>> {
    const ids = [...new Set(rows.flatMap((row) => (row.deliveryId === null ? [] : [row.deliveryId])))];
    if (ids.length === 0) return new Map();
    const { items } = await this.deliveries.list({ ids, limit: ids.length }, viewer);
    return new Map(items.map((delivery) => [delivery.id, delivery]));
  }

  private view(row: UplinkRow, messages: ReadonlyMap<string, DeliveryView>): UplinkView {
    const deliveryId = row.deliveryId === null ? null : String(row.deliveryId);
    return {
      id: row.id,
      from: masked(this.vault.open(row.address)),
      text: this.vault.open(row.text),
      receivedAt: this.county.iso(row.receivedAt),
      ...(deliveryId === null ? {} : { deliveryId, message: messages.get(deliveryId) ?? null }),
      alarm: row.kind === 'alarm',
      answeredAt: this.county.isoOrNull(row.answeredAt),
      status: row.status,
      handledAt: this.county.isoOrNull(row.handledAt),
      note: row.note === null ? null : this.vault.open(row.note),
    };
  }

  async handled(id: string, note: string | undefined, by: Actor): Promise<Result<void, 'notFound' | 'alreadyHandled'>> {
    return this.database.transaction(async () => {
      const within = by.scope.township === null ? '' : ' AND township = ?';
      const row = await this.database.one<UplinkRow>(
        `SELECT * FROM uplinks WHERE id = ?${within}${this.database.forUpdate}`,
        [id, ...(by.scope.township === null ? [] : [by.scope.township])],
      );
      if (!row) return err('notFound');
      if (row.status === 'handled') return err('alreadyHandled');
      await this.database.execute(
        "UPDATE uplinks SET status = 'handled', handledBy = ?, handledAt = ?, note = ? WHERE id = ?",
        [by.id, this.clock.now(), this.vault.sealOrNull(note), id],
      );
      await this.alarms.clear('reply_alarm', `uplink/${id}`);
      await this.ledger.write({
        action: 'uplink.handled',
        subject: `uplink/${id}`,
        by: { id: by.id, name: by.name },
      });
      return ok(undefined);
    });
  }
}

const masked = (address: string): string => (address.includes('@') ? maskEmail(address) : maskPhone(address));
