import { Injectable, Logger } from '@nestjs/common';
import type { CallItem, Gateway } from '../../gateways/index.js';
import { Alarms, Vault } from '../../platform/index.js';
import type { DeliveryRow } from '../delivery.js';
import { Messages } from '../messages.service.js';
import type { Claim } from './claim.service.js';

/** A delivery with its address and its text, ready to be handed over. */
export interface Prepared extends CallItem {
  readonly row: DeliveryRow;
}

/** Opens the addresses of a claim and makes its texts. */
@Injectable()
export class Preparation {
  private readonly log = new Logger('Dispatcher');

  constructor(
    private readonly messages: Messages,
    private readonly vault: Vault,
    private readonly alarms: Alarms,
  ) {}

  /** Null where a text cannot be made (a key is missing, a version is gone): somebody is told, for no retry will mend it. */
  async of({ batch, deliveries }: Claim, gateway: Gateway): Promise<Prepared[] | null> {
    try {
      const prepared = await this.prepare(deliveries, gateway);
      await this.alarms.clear('message_unreadable', `run/${batch.runId}`);
      return prepared;
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
      this.log.error(`the messages of batch ${batch.id} cannot be made: ${why}`);
      await this.alarms.raise(
        'message_unreadable',
        `run/${batch.runId}`,
        `批次 ${batch.runId} 的消息内容无法生成，保留待发，原因见日志`,
      );
      return null;
    }
  }

  private async prepare(rows: readonly DeliveryRow[], gateway: Gateway): Promise<Prepared[]> {
    const texts = await this.messages.recallAll(rows);
    return rows.map((row, i) => {
      const { title, text } = texts[i]!;
      return {
        row,
        deliveryId: row.id,
        to: this.vault.open(row.address!),
        text: this.messages.handedOver(text, gateway, row.channel),
        ...(title === undefined ? {} : { title }),
      };
    });
  }
}
