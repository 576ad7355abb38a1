import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { GroupChats, People } from '../../audience/index.js';
import type { CampaignDefinition } from '../../campaigns/index.js';
import { whyInWords } from '../../library/index.js';
import { Clock } from '../../platform/index.js';
import { PlanContexts, type PlanSubject } from './contexts.service.js';
import type { Decision, ToSend } from './decide.js';
import { Pages } from './pages.service.js';
import type { PlanContext } from './plan-context.js';

const SAMPLES = 8;

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
    to: unknown;
    channel: string;
    trick: string;
    why: string;
    title?: string;
    text: string;
    smsParts: number;
  }[];
  readonly estimate: { messages: number; smsParts: number; cost: number; duration: string };
  /** Later steps of a ladder reach at the most so many: they are targeted when they fall due. */
  readonly ladderUpTo: Record<string, number>;
}

@Injectable()
export class Previews {
  constructor(
    private readonly clock: Clock,
    private readonly contexts: PlanContexts,
    private readonly pages: Pages,
    private readonly people: People,
    private readonly chats: GroupChats,
  ) {}

  /** Walks the whole plan of a definition as if it ran now. Throws Unplannable where what it names is gone. */
  async of(
    subject: { campaignId: string; definition: CampaignDefinition; township: string | null },
    viewer: Actor,
  ): Promise<Preflight> {
    const run: PlanSubject['run'] = {
      id: '',
      campaignId: subject.campaignId,
      occurrence: this.clock.now(),
      seed: `preflight:${subject.campaignId}`,
    };
    const context = await this.contexts.of({ run, definition: subject.definition, township: subject.township });
    const sum = new Summary();
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const page = await this.pages.first(context, cursor, seen);
      sum.add(page.decisions);
      cursor = page.next;
    } while (cursor !== null);
    return { ...sum.numbers(context), samples: context.isSensitive ? [] : await this.samples(sum.samples, viewer) };
  }

  private async samples(sends: readonly ToSend[], viewer: Actor): Promise<Preflight['samples'][number][]> {
    const people = await this.people.masked(
      sends.flatMap((s) => (s.personId === null ? [] : [s.personId])),
      viewer,
    );
    const chats = await this.chats.masked(sends.flatMap((s) => (s.groupChatId === null ? [] : [s.groupChatId])));
    return sends.map((s) => ({
      to: s.personId === null ? chats.get(s.groupChatId ?? '') : people.get(s.personId),
      channel: s.step.channel,
      trick: s.script.trick,
      why: whyInWords(s.why, 'zh', viewer.mayReadSensitive),
      ...(s.message.title === undefined ? {} : { title: s.message.title }),
      text: s.message.text,
      smsParts: s.step.channel === 'sms' ? s.message.parts : 0,
    }));
  }
}

const count = (numbers: Record<string, number>, key: string): void => {
  numbers[key] = (numbers[key] ?? 0) + 1;
};

class Summary {
  readonly samples: ToSend[] = [];
  private readonly skipped: Record<string, number> = {};
  private readonly byChannel: Record<string, { targeted: number; planned: number }> = {};
  private readonly byTrick: Record<string, number> = {};
  private readonly byTownship: Record<string, number> = {};
  private readonly persons = new Set<number>();
  private readonly calls = new Map<string, { send: ToSend; n: number }>();
  private parts = 0;
  private cost = 0;

  add(decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      const channel = (this.byChannel[decision.step.channel] ??= { targeted: 0, planned: 0 });
      channel.targeted += 1;
      if (decision.personId !== null) this.persons.add(decision.personId);
      if (decision.kind === 'skip') {
        count(this.skipped, decision.reason);
        continue;
      }
      channel.planned += 1;
      count(this.byTrick, decision.script.trick);
      count(this.byTownship, decision.township);
      if (decision.step.channel === 'sms') this.parts += decision.message.parts;
      this.cost += decision.message.parts * decision.gateway.costPerPart;
      const key = decision.gateway.key;
      const known = this.calls.get(key);
      this.calls.set(key, { send: decision, n: (known?.n ?? 0) + 1 });
      this.keepSample(decision);
    }
  }

  /** One of each channel first, then different tricks: what somebody who approves wants to read. */
  private keepSample(send: ToSend): void {
    if (this.samples.length >= SAMPLES) return;
    if (this.samples.some((s) => s.script.versionId === send.script.versionId)) return;
    this.samples.push(send);
  }

  numbers(context: PlanContext): Omit<Preflight, 'samples'> {
    const planned = Object.values(this.byChannel).reduce((n, c) => n + c.planned, 0);
    const skipped = Object.values(this.skipped).reduce((n, m) => n + m, 0);
    return {
      targeted: planned + skipped,
      targetedPeople: this.persons.size,
      skipped: this.skipped,
      planned,
      byChannel: this.byChannel,
      byTrick: this.byTrick,
      byTownship: this.byTownship,
      estimate: {
        messages: planned,
        smsParts: this.parts,
        cost: Math.round(this.cost * 10_000) / 10_000,
        duration: `PT${this.seconds()}S`,
      },
      ladderUpTo: Object.fromEntries(context.steps.filter((s) => s.after).map((s) => [s.channel, this.persons.size])),
    };
  }

  /** How long the slowest gateway needs under its own limits, in seconds; the windows come on top. */
  private seconds(): number {
    const each = [...this.calls.values()].map(({ send, n }) => {
      const { limits } = send.gateway;
      const calls = Math.ceil(
        n / Math.max(limits.ownContent, send.message.variables === null ? limits.sameContent : 1),
      );
      return Math.max(calls / (limits.perSecond ?? Infinity), calls / ((limits.perMinute ?? Infinity) / 60));
    });
    return Math.ceil(Math.max(0, ...each));
  }
}
