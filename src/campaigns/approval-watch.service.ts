import { Injectable } from '@nestjs/common';
import { Alarms, CountyTime } from '../platform/index.js';
import { ApprovalTermsBook } from './approval-terms.service.js';
import { CampaignRepository, type Campaign } from './campaign.repository.js';
import { Lifecycle } from './lifecycle.service.js';

const KINDS = { expires: 'approval_expires', expired: 'approval_expired', over: 'approval_expired' } as const;

/** An approval that runs out is an alarm two weeks ahead, one every day once it has, and after the time of grace the campaign stops. */
@Injectable()
export class ApprovalWatch {
  constructor(
    private readonly alarms: Alarms,
    private readonly county: CountyTime,
    private readonly campaigns: CampaignRepository,
    private readonly terms: ApprovalTermsBook,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** Once a county day. */
  async look(): Promise<void> {
    for (const campaign of await this.campaigns.inLife()) await this.one(campaign);
  }

  private async one(campaign: Campaign): Promise<void> {
    const { state, until } = await this.terms.of(campaign);
    const subject = `campaign/${campaign.id}`;
    const kind = state === 'valid' ? null : KINDS[state];
    for (const other of ['approval_expired', 'approval_expires'])
      if (other !== kind) await this.alarms.clear(other, subject);
    if (kind === null) return;
    const day = this.county.at(until).toISODate();
    const text = {
      approval_expires: `批准将于 ${day} 到期`,
      approval_expired: `批准已于 ${day} 到期`,
    }[kind];
    const stopped = state === 'over' && (await this.lifecycle.suspend(campaign.id, `approval_expired: ${day}`));
    const then = stopped || campaign.pausedReason !== null ? '已暂停，请重新报批' : '请重新报批';
    await this.alarms.raise(kind, subject, `${campaign.name}：${text}，${then}`);
  }
}
