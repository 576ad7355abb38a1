import { Injectable } from '@nestjs/common';
import { Ledger, type LedgerActor } from '../platform/index.js';

/** Ledger entries about a campaign, each in the transaction of what it tells of. */
@Injectable()
export class CampaignLedger {
  constructor(private readonly ledger: Ledger) {}

  write(
    action: string,
    campaign: { readonly id: string },
    by: LedgerActor,
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    return this.ledger.write({ action, subject: `campaign/${campaign.id}`, by: { id: by.id, name: by.name }, detail });
  }
}
