import type { CountyTime } from '../../platform/clock/county-time.js';
import { parseInstant, type Instant } from '../../platform/kernel/index.js';
import { dateText, readWritten, type WrittenTime } from './person-dates.js';
import type { PersonRules } from './person.js';

/** What the settings say of people: plain data, so that it can be handed to a thread. */
export interface PersonSettings {
  readonly smsCapable: string;
  readonly tagAliases: Readonly<Record<string, string>>;
  readonly townships: readonly { readonly code: string; readonly name: string }[];
}

interface Day {
  readonly midnight: Instant;
  /** False on a day on which clocks change: there the slow way is the right one. */
  readonly uniform: boolean;
}

const DAY_MS = 86_400_000;
const REMEMBERED_DAYS = 4096;

/** The county's rules for reading a person: its townships, words, calendar and numbering plan. */
export class RulesOfCounty implements PersonRules {
  readonly smsCapable: RegExp;
  readonly tagAliases: ReadonlyMap<string, string>;
  private readonly townships: ReadonlyMap<string, string>;
  private readonly names: readonly { code: string; name: string }[];
  private readonly days = new Map<string, Day>();
  private readonly texts = new Map<string, Instant>();

  /** `now` tells what today is: nobody is born later. */
  constructor(
    { smsCapable, tagAliases, townships }: PersonSettings,
    private readonly county: CountyTime,
    private readonly now: () => Instant,
  ) {
    this.smsCapable = new RegExp(smsCapable);
    this.tagAliases = new Map(Object.entries(tagAliases));
    this.names = townships;
    // The statistical form of a township's code has three zeros more.
    this.townships = new Map(
      townships.flatMap(({ code, name }) => [code, `${code}000`, name].map((word) => [word, code] as const)),
    );
  }

  township(codeOrName: string): string | null {
    const found = this.townships.get(codeOrName);
    if (found !== undefined) return found;
    // 嵊泗县菜园镇, 浙江省舟山市嵊泗县菜园镇
    return this.names.find(({ name }) => codeOrName.endsWith(name))?.code ?? null;
  }

  instant(text: string): Instant | null {
    const remembered = this.texts.get(text);
    if (remembered !== undefined) return remembered;
    const written = readWritten(text);
    const at = written ? this.onTheWallClock(written) : parseInstant(text.trim());
    if (at === null) return null;
    if (this.texts.size >= REMEMBERED_DAYS) this.texts.clear();
    this.texts.set(text, at);
    return at;
  }

  private onTheWallClock(written: WrittenTime): Instant {
    const date = dateText(written);
    const day = this.day(date);
    if (written.timeMs === null) return day.midnight;
    if (day.uniform) return day.midnight + written.timeMs;
    return this.county
      .at(day.midnight)
      .startOf('day')
      .set({
        hour: Math.floor(written.timeMs / 3_600_000),
        minute: Math.floor(written.timeMs / 60_000) % 60,
        second: Math.floor(written.timeMs / 1000) % 60,
      })
      .toMillis();
  }

  private day(date: string): Day {
    const known = this.days.get(date);
    if (known) return known;
    const midnight = this.county.midnight(date) ?? 0;
    const next = this.county.at(midnight).plus({ days: 1 }).startOf('day').toMillis();
    const day = { midnight, uniform: next - midnight === DAY_MS };
    if (this.days.size >= REMEMBERED_DAYS) this.days.clear();
    this.days.set(date, day);
    return day;
  }

  /** Looked up once a day, for a million birth dates are compared with it. */
  today(): string {
    const now = this.now();
    if (now < this.todayHeld.from || now >= this.todayHeld.to) {
      const day = this.county.at(now).startOf('day');
      this.todayHeld = { from: day.toMillis(), to: day.plus({ days: 1 }).toMillis(), date: day.toISODate() };
    }
    return this.todayHeld.date;
  }
  private todayHeld = { from: 0, to: 0, date: '' };

  startOfDay(at: Instant): Instant {
    return this.county.startOfDay(at);
  }
}
