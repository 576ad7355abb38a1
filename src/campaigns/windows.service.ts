import { Injectable } from '@nestjs/common';
import { Config, CountyTime, type Instant } from '../platform/index.js';
import type { Channel } from './campaign.schemas.js';
import { opening, windowsOf, type Opening, type Window } from './windows.js';

/** When a channel may send: in the campaign's windows, or where it names none in the county's for that channel. */
@Injectable()
export class Windows {
  constructor(
    private readonly config: Config,
    private readonly county: CountyTime,
  ) {}

  /** The next moment >= `from` that is allowed, and when that window closes (exclusive). */
  opening(channel: Channel, campaignWindows: Window | readonly Window[] | undefined, from: Instant): Opening {
    return opening(this.of(channel, campaignWindows), this.county, from);
  }

  /** The windows that hold on a channel. */
  of(channel: Channel, campaignWindows: Window | readonly Window[] | undefined): readonly Window[] {
    return windowsOf(campaignWindows) ?? this.config.settings.campaigns.defaultWindows[channel];
  }
}
