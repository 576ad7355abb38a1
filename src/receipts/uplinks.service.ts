import { Injectable } from '@nestjs/common';
import type { Actor } from '../accounts/index.js';
import { alarmWordIn, isOptOut, OptOuts, type OptOutChannel } from '../audience/index.js';
import { Answers, Settlement, Tasks } from '../dispatch/index.js';
import { Gateways } from '../gateways/index.js';
import {
  Alarms,
  Chance,
  CLOCK_ACTOR,
  Clock,
  Config,
  CountyTime,
  Database,
  err,
  hours,
  minutes,
  Ledger,
  maskEmail,
  maskPhone,
  ok,
  pageOf,
  Vault,
  type Instant,
  type Result,
  type SqlValue,
} from '../platform/index.js';
import type { UplinkKind } from './received.js';

export interface NewUplink {
  readonly gateway: string;
  readonly dedupeKey: string;
  readonly addressKey: string;
  readonly from: string;
  readonly text: string;
  /** Each may refuse by itself. */
  readonly statements: readonly string[];
  readonly at: Instant;
}

interface UplinkRow {
  readonly id: string;
  readonly address: string;
  readonly text: string;
  readonly kind: UplinkKind;
  readonly status: 'open' | 'handled';
  readonly deliveryId: number | null;
  readonly receivedAt: Instant;
  readonly handledAt: Instant | null;
  readonly note: string | null;
}

interface Answered {
  readonly id: number;
  readonly channel: string;
  readonly personId: number | null;
  readonly township: string;
}

/** How far a gateway's clock may be behind ours when it says when a reply was written. */
const CLOCKS_DIFFER = minutes(5);

/** What a reply sets in motion. */
@Injectable()
export class UplinkBooks {
  constructor(
    private readonly config: Config,
    private readonly gateways: Gateways,
    readonly optOuts: OptOuts,
    readonly settlement: Settlement,
    readonly tasks: Tasks,
    readonly answers: Answers,
    readonly alarms: Alarms,
    readonly ledger: Ledger,
  ) {}

  /** What somebody refuses: the channel of what they answer, else that of the way by which the refusal came. */
  channelOf(gateway: string, answered: string | undefined): OptOutChannel {
    const carried = answered ?? this.gateways.get(gateway)?.channels[0];
    return carried === 'voice' || carried === 'email' ? carried : 'sms';
  }

  /** Whether one of the statements refuses, and what the reply is to the office: who refuses may need help all the same. */
  judge({ text, statements }: NewUplink): { refuses: boolean; kind: UplinkKind } {
    const { optOutWords, alarmWords } = this.config.settings.library;
    const refuses = statements.some((one) => isOptOut(one, optOutWords));
    if (alarmWordIn(text, alarmWords) !== null) return { refuses, kind: 'alarm' };
    return { refuses, kind: refuses ? 'optOut' : 'question' };
  }
}

/** What people send back: a refusal is obeyed at once, everything else is in the reply inbox beside the message that it answers. */
@Injectable()
export class Uplinks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly chance: Chance,
    private readonly vault: Vault,
    private readonly books: UplinkBooks,
  ) {}

  /** Takes one reply, inside the transaction that stores what came with it; one that is known already changes nothing. */
  async take(uplink: NewUplink): Promise<void> {
    const delivery = await this.answered(uplink);
    const { refuses, kind } = this.books.judge(uplink);
    const id = this.chance.id(this.clock);
    const sealed = this.vault.seal(uplink.from);
    const inserted = await this.database.insert(
      'uplinks',
      [
        'id',
        'gateway',
        'dedupeKey',
        'addressKey',
        'address',
        'text',
        'kind',
        'status',
        'township',
        'personId',
        'deliveryId',
        'receivedAt',
      ],
      [
        [
          id,
          uplink.gateway,
          uplink.dedupeKey,
          uplink.addressKey,
          sealed,
          this.vault.seal(uplink.text),
          kind,
          kind === 'optOut' ? 'handled' : 'open',
          delivery?.township ?? null,
          delivery?.personId ?? null,
          delivery?.id ?? null,
          uplink.at,
        ],
      ],
      'ignore',
    );
    if (inserted === 0) return;
    if (delivery)
      await this.books.settlement.receipts([
        { deliveryId: delivery.id, outcome: 'delivered', attended: true, at: uplink.at, code: 'reply' },
      ]);
    await this.act(id, uplink, { refuses, kind, delivery, address: sealed });
  }

  private async act(
    id: string,
    { addressKey, gateway }: NewUplink,
    {
      refuses,
      kind,
      delivery,
      address,
    }: { refuses: boolean; kind: UplinkKind; delivery: Answered | null; address: string },
  ): Promise<void> {
    if (refuses) {
      await this.books.optOuts.addByKey(addressKey, this.books.channelOf(gateway, delivery?.channel), 'uplink');
      await this.books.ledger.write({ action: 'uplink.optOut', subject: `uplink/${id}`, by: CLOCK_ACTOR });
    }
    if (kind === 'alarm') {
      await this.books.alarms.raise('reply_alarm', `uplink/${id}`, '有群众回复疑似已受骗或已转账，请立即联系');
      await this.books.tasks.open({
        kind: 'call',
        personId: delivery?.personId ?? null,
        township: delivery?.township ?? null,
        uplinkId: id,
        dueAt: this.clock.now() + hours(1),
      });
      const isAnswered = await this.books.answers.send({ uplinkId: id, gateway, address, addressKey });
      if (isAnswered)
        await this.database.execute('UPDATE uplinks SET answeredAt = ? WHERE id = ?', [this.clock.now(), id]);
    }
  }

  /** The message that a reply answers: the last one that went to this number by this gateway. */
  private async answered(uplink: NewUplink): Promise<Answered | null> {
    return this.database.one<Answered>(
      'SELECT id, channel, personId, township FROM deliveries WHERE addressKey = ? AND gateway = ? AND sentAt IS NOT NULL AND sentAt <= ? ORDER BY sentAt DESC, id DESC LIMIT 1',
      [uplink.addressKey, uplink.gateway, uplink.at + CLOCKS_DIFFER],
    );
  }

  async list(ask: { status?: string | undefined; cursor?: string | undefined; limit: number }, viewer: Actor) {
    const where = ["kind <> 'optOut'"];
    const values: SqlValue[] = [];
    if (ask.status) {
      where.push('status = ?');
      values.push(ask.status);
    }
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
    return pageOf(
      rows,
      ask.limit,
      (row) => row.id,
      (row) => this.view(row),
    );
  }

  private view(row: UplinkRow) {
    return {
      id: row.id,
      from: masked(this.vault.open(row.address)),
      text: this.vault.open(row.text),
      receivedAt: this.county.iso(row.receivedAt),
      ...(row.deliveryId === null ? {} : { deliveryId: String(row.deliveryId) }),
      alarm: row.kind === 'alarm',
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
      await this.books.alarms.clear('reply_alarm', `uplink/${id}`);
      await this.books.ledger.write({
        action: 'uplink.handled',
        subject: `uplink/${id}`,
        by: { id: by.id, name: by.name },
      });
      return ok(undefined);
    });
  }
}

const masked = (address: string): string => (address.includes('@') ? maskEmail(address) : maskPhone(address));
