import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { GroupChats, People, type MaskedGroupChat, type MaskedPerson } from '../../audience/index.js';
import { Campaigns, type CampaignDefinition } from '../../campaigns/index.js';
import { Library, whyInWords } from '../../library/index.js';
import { Clock, CountyTime } from '../../platform/index.js';
import { Contenders } from './contenders.service.js';
import { PlanContexts, type PlanSubject } from './contexts.service.js';
import type { ToSend } from './decide.js';
import { Drift } from './drift.service.js';
import type { Audience } from './drift.js';
import { Forecasts, type Quota } from './forecast.service.js';
import { Pages } from './pages.service.js';
import { Summary } from './summary.js';

/** What a campaign would do now: the same walk through all guards as the plan, with nothing written. */
export interface Preflight {
  readonly targeted: number;
  readonly targetedPeople: number;
  readonly skipped: Record<string, number>;
  readonly planned: number;
  readonly byChannel: Record<string, { targeted: number; planned: number }>;
  readonly byTrick: Record<string, number>;
  readonly byTownship: Record<string, number>;
  readonly samples: readonly {
    to: MaskedPerson | MaskedGroupChat | undefined;
    channel: string;
    trick: string;
    why: string;
    title?: string;
    text: string;
    smsParts: number;
  }[];
  readonly estimate: { messages: number; smsParts: number; cost: number; duration: string };
  /** The longest message of each channel as it would be sent, for who approves should see the worst of it. */
  readonly longest: readonly { channel: string; trick: string; text: string; characters: number; smsParts: number }[];
  /** People who are left to another campaign, whose message to them is on its way. */
  readonly yields: readonly { to: string; people: number }[];
  /** Campaigns of a higher rank that run before this one begins, and how many people both want at most. */
  readonly mayYield: readonly { to: string; at: string; people: number }[];
  /** What the gateways' days allow, against what is needed. */
  readonly quota: readonly Quota[];
  /** When it would begin, and when the last message will have left under windows and limits (null: never under these). */
  readonly startsAt: string;
  readonly finishesAt: string | null;
  /** How many the segments select, whoever's turn it is: what a drift is measured against. */
  readonly audience: Audience;
  /** Later steps of a ladder reach at the most so many: they are targeted when they fall due. */
  readonly ladderUpTo: Record<string, number>;
}

/** What a preview asks beside the walk itself. */
@Injectable()
export class PreviewBooks {
  constructor(
    readonly people: People,
    readonly chats: GroupChats,
    readonly campaigns: Campaigns,
    readonly library: Library,
    readonly forecasts: Forecasts,
    readonly contenders: Contenders,
    readonly drift: Drift,
  ) {}
}

export interface PreviewSubject {
  readonly campaignId: string;
  readonly definition: CampaignDefinition;
  readonly township: string | null;
}

/** How much of the walk is done, 0 to 1. */
export type Progress = (share: number) => void;

@Injectable()
export class Previews {
  constructor(
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly contexts: PlanContexts,
    private readonly pages: Pages,
    private readonly books: PreviewBooks,
  ) {}

  /**
   * Walks the whole plan of a definition as if it ran now. Throws Unplannable where what it names is gone. What is kept with an
   * approval (`isKept`) holds no personal text: there the wording stands instead.
   */
  async of(
    subject: PreviewSubject,
    viewer: Actor,
    { isKept = false, onProgress }: { isKept?: boolean; onProgress?: Progress } = {},
  ): Promise<Preflight> {
    const run: PlanSubject['run'] = {
      id: '',
      campaignId: subject.campaignId,
      occurrence: this.clock.now(),
      seed: `preflight:${subject.campaignId}`,
    };
    const context = await this.contexts.of({ run, definition: subject.definition, township: subject.township });
    const audience = await this.books.drift.audience(subject.definition, subject.township);
    const sum = new Summary();
    const seen = new Set<string>();
    const all = Math.max(1, audience.people / (context.spread?.over ?? 1) + audience.chats);
    let cursor: string | null = null;
    do {
      const page = await this.pages.first(context, cursor, seen);
      sum.add(page.decisions);
      cursor = page.next;
      onProgress?.(Math.min(1, sum.recipients / all));
      // A long walk on SQLite would not let anybody else speak in between.
      await new Promise((resolve) => setImmediate(resolve));
    } while (cursor !== null);
    const shown = context.isSensitive ? { samples: [], longest: [] } : await this.shown(sum, viewer, isKept);
    return { ...sum.numbers(context), ...shown, ...(await this.around(subject, sum)), audience };
  }

  private async around(subject: PreviewSubject, sum: Summary) {
    const { startsAt, finishesAt, quota } = await this.books.forecasts.of(subject.definition, sum.carried());
    const contenders = await this.books.contenders.of(subject, startsAt);
    const yields = sum.yields();
    const names = await this.books.campaigns.names([...yields.keys()]);
    return {
      yields: [...yields].map(([id, people]) => ({ to: names.get(id) ?? id, people })),
      mayYield: contenders.map((c) => ({ ...c, at: this.county.iso(c.at) })),
      quota,
      startsAt: this.county.iso(startsAt),
      finishesAt: this.county.isoOrNull(finishesAt),
    };
  }

  private async shown(sum: Summary, viewer: Actor, isKept: boolean): Promise<Pick<Preflight, 'samples' | 'longest'>> {
    const sends = sum.samples;
    const people = await this.books.people.masked(
      sends.flatMap((s) => (s.personId === null ? [] : [s.personId])),
      viewer,
    );
    const chats = await this.books.chats.masked(sends.flatMap((s) => (s.groupChatId === null ? [] : [s.groupChatId])));
    const names = new Map((await this.books.library.tricks()).map((trick) => [trick.code, trick.nameZh]));
    const text = (s: ToSend): string => (isKept && isPersonal(s) ? s.script.body : s.message.text);
    const smsParts = (s: ToSend): number => (s.step.channel === 'sms' ? s.message.parts : 0);
    return {
      samples: sends.map((s) => ({
        to: s.personId === null ? chats.get(s.groupChatId ?? '') : people.get(s.personId),
        channel: s.step.channel,
        trick: s.script.trick,
        why: whyInWords(s.why, 'zh', viewer.mayReadSensitive, names.get(s.script.trick)),
        ...(s.message.title === undefined ? {} : { title: s.message.title }),
        text: text(s),
        smsParts: smsParts(s),
      })),
      longest: sum.longest().map((s) => ({
        channel: s.step.channel,
        trick: s.script.trick,
        text: text(s),
        characters: [...s.message.text].length,
        smsParts: smsParts(s),
      })),
    };
  }
}

const isPersonal = ({ script }: ToSend): boolean => script.variables.some((v) => v === 'name' || v === 'township');
