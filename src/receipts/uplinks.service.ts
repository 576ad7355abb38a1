import { Injectable } from '@nestjs/common';
import { alarmWordIn, isOptOut, OptOuts, type OptOutChannel } from '../audience/index.js';
import { Answers, Settlement, Tasks } from '../dispatch/index.js';
import { Gateways } from '../gateways/index.js';
import {
  Alarms,
  Chance,
  CLOCK_ACTOR,
  Clock,
  Config,
  Database,
  hours,
  minutes,
  Ledger,
  Vault,
  type Instant,
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
  /** Looked through for words of alarm, and not kept. */
  readonly beyond: string;
  readonly at: Instant;
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
  judge({ text, statements, beyond }: NewUplink): { refuses: boolean; kind: UplinkKind } {
    const { optOutWords, alarmWords } = this.config.settings.library;
    const refuses = statements.some((one) => isOptOut(one, optOutWords));
    if ([text, beyond].some((said) => alarmWordIn(said, alarmWords) !== null)) return { refuses, kind: 'alarm' };
    return { refuses, kind: refuses ? 'optOut' : 'question' };
  }
}

/** Takes what people send back: a refusal is obeyed at once, everything else goes to the inbox (`UplinkInbox`). */
@Injectable()
export class Uplinks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly vault: Vault,
    private readonly books: UplinkBooks,
  ) {}

  /** Takes one reply, inside the transaction that stores what came with it; one that is known already changes nothing. */
  async take(uplink: NewUplink): Promise<void> {
    const delivery = await this.withItsPerson(await this.answered(uplink), uplink);
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

  /** A fixed answer belongs to nobody and to no township: who writes back to it is whom that gateway had written to before. */
  private async withItsPerson(delivery: Answered | null, { addressKey, gateway }: NewUplink): Promise<Answered | null> {
    if (delivery?.personId !== null) return delivery;
    const known = await this.database.one<Pick<Answered, 'personId' | 'township'>>(
      'SELECT personId, township FROM deliveries WHERE addressKey = ? AND gateway = ? AND personId IS NOT NULL AND sentAt IS NOT NULL ORDER BY sentAt DESC, id DESC LIMIT 1',
      [addressKey, gateway],
    );
    return { ...delivery, ...known };
  }
}
