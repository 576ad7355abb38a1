import { Injectable } from '@nestjs/common';
import { Clock, CountyTime, err, ok, type Instant, type Result } from '../platform/index.js';
import { Cadences } from './cadences.service.js';
import { CHANNELS, type AskedDates, type Channel } from './campaign.schemas.js';
import { leftOutGap, type GapReason } from './due.js';
import type { Window } from './windows.js';
import { Windows } from './windows.service.js';

const AHEAD = 5;

/** When a campaign that is being designed would occur, and when its messages would leave. */
export interface Dates {
  /** The first five occurrences from now on; none of an event cadence, which no calendar knows. `opens`: when each channel may send. */
  readonly next: readonly { readonly at: string; readonly opens: readonly { channel: Channel; at: string }[] }[];
  /** What the rule leaves out between now and the last of them. */
  readonly leftOut: readonly { readonly at: string; readonly reason: GapReason }[];
  /** The windows that hold, the campaign's own or the county's. */
  readonly windows: readonly { readonly channel: Channel; readonly windows: readonly Window[] }[];
}

/** The calendar's answer about a rhythm that nobody has saved yet; nothing is written. */
@Injectable()
export class DatesAhead {
  constructor(
    private readonly cadences: Cadences,
    private readonly windows: Windows,
    private readonly county: CountyTime,
    private readonly clock: Clock,
  ) {}

  of({ channels, window, ...rhythm }: AskedDates): Result<Dates, 'invalid'> {
    const unknown = this.cadences.unknownSpecialDays(rhythm);
    if (unknown.length > 0) return err('invalid', unknown);
    const now = this.clock.now();
    const next: Instant[] = [];
    for (let after = now; next.length < AHEAD; after = next.at(-1)!) {
      const found = this.cadences.next(rhythm, after);
      if (found === null) break;
      next.push(found);
    }
    const used = CHANNELS.filter((channel) => channels.includes(channel));
    const last = next.at(-1);
    return ok({
      next: next.map((at) => ({
        at: this.county.iso(at),
        opens: used.map((channel) => ({
          channel,
          at: this.county.iso(this.windows.opening(channel, window, at).opensAt),
        })),
      })),
      leftOut: (last === undefined ? [] : this.cadences.between(rhythm, now, last)).flatMap((occasion) => {
        const gap = leftOutGap(occasion);
        return gap ? [{ at: this.county.iso(gap.at), reason: gap.reason }] : [];
      }),
      windows: used.map((channel) => ({ channel, windows: this.windows.of(channel, window) })),
    });
  }
}
