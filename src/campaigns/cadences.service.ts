import { Injectable } from '@nestjs/common';
import { Alarms, Clock, Config, CountyTime, type InputMistake, type Instant } from '../platform/index.js';
import { nextOccurrence, occasionsBetween, type CadenceOptions, type Occasion } from './cadence.js';
import { Calendar } from './calendar.js';
import type { CampaignDefinition } from './campaign.schemas.js';

/** The part of a definition that decides when it occurs. */
export type Rhythm = Pick<
  CampaignDefinition,
  'cadence' | 'startsOn' | 'endsOn' | 'workdaysOnly' | 'onHoliday' | 'specialDays'
>;

/** From December on the arrangement for the next year has been published (it is in November as a rule). */
const PUBLISHED_BY = 12;

/** Cadences read in this county's zone and calendar. */
@Injectable()
export class Cadences {
  private readonly calendar: Calendar;

  constructor(
    config: Config,
    private readonly county: CountyTime,
    private readonly clock: Clock,
    private readonly alarms: Alarms,
  ) {
    this.calendar = new Calendar(config.settings.campaigns);
  }

  private options(rhythm: Rhythm): CadenceOptions {
    return {
      zone: this.county.zone,
      startsOn: rhythm.startsOn,
      endsOn: rhythm.endsOn,
      workdaysOnly: rhythm.workdaysOnly,
      onHoliday: rhythm.onHoliday,
      isClosed: this.closed(rhythm.specialDays),
      isHoliday: (day) => this.calendar.isHoliday(day),
      isWorkday: (day) => this.calendar.isWorkday(day),
    };
  }

  private closed({ only, except }: NonNullable<Rhythm['specialDays']> = {}): CadenceOptions['isClosed'] {
    if (!only && !except) return undefined;
    return (day) =>
      (only !== undefined && !this.calendar.isSpecial(day, only)) || this.calendar.isSpecial(day, except ?? []);
  }

  /** Special days that the settings do not name, each with its place. */
  unknownSpecialDays({ specialDays = {} }: Pick<Rhythm, 'specialDays'>): InputMistake[] {
    return (['only', 'except'] as const).flatMap((list) =>
      (specialDays[list] ?? []).flatMap((name, i) => {
        const message = `there are no special days ${name}`;
        return this.calendar.knows(name)
          ? []
          : [{ path: `/specialDays/${list}/${i}`, code: 'unknown_special_days', message }];
      }),
    );
  }

  /** The first occurrence after `after`; null where there is none, and for event cadences. */
  next(rhythm: Rhythm, after: Instant): Instant | null {
    return nextOccurrence(rhythm.cadence, this.options(rhythm), after);
  }

  /** What takes place and what is left out in [from, to). */
  between(rhythm: Rhythm, from: Instant, to: Instant): Occasion[] {
    return occasionsBetween(rhythm.cadence, this.options(rhythm), { from, to });
  }

  /** True where the definition's last day is over. */
  isOver(rhythm: Pick<Rhythm, 'endsOn'>, at: Instant): boolean {
    return rhythm.endsOn !== undefined && this.county.at(at).toISODate() > rhythm.endsOn;
  }

  /** The first moment of the definition's first day; 0 where it names none. */
  beginning(rhythm: Pick<Rhythm, 'startsOn'>): Instant {
    return rhythm.startsOn === undefined ? 0 : (this.county.midnight(rhythm.startsOn) ?? 0);
  }

  /** An alarm where the holidays of this year, or near its end of the next, are not in the library: an update brings them. */
  async watchHolidays(): Promise<void> {
    const { year, month } = this.county.at(this.clock.now());
    for (const y of month >= PUBLISHED_BY ? [year, year + 1] : [year]) {
      const subject = `calendar/${y}`;
      if (this.calendar.yearKnown(y)) await this.alarms.clear('holidays_unknown', subject);
      else await this.alarms.raise('holidays_unknown', subject, `尚无 ${y} 年节假日安排，请更新日历库`);
    }
  }
}
