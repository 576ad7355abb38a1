import { Injectable } from '@nestjs/common';
import { ContactFacts, OptOuts, PhoneHealth, type OptOutChannel } from '../../audience/index.js';
import type { Instant } from '../../platform/index.js';
import type { DeliveryRow } from '../delivery.js';

type Addressed = Pick<DeliveryRow, 'addressKey' | 'channel'>;

/** What settlement tells the audience room. */
@Injectable()
export class AudienceDoor {
  constructor(
    readonly facts: ContactFacts,
    private readonly health: PhoneHealth,
    private readonly optOuts: OptOuts,
  ) {}

  async optOut(rows: readonly Addressed[]): Promise<void> {
    for (const { addressKey, channel } of rows)
      if (addressKey) await this.optOuts.addByKey(addressKey, channel as OptOutChannel, 'gateway');
  }

  async badNumbers(rows: readonly Addressed[], code: string, at: Instant): Promise<void> {
    await this.health.failed(rows.flatMap((r) => (r.addressKey ? [{ phoneKey: r.addressKey, code, at }] : [])));
  }
}
