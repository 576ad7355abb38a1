import { Injectable } from '@nestjs/common';
import { PersonEvents } from '../audience/index.js';
import { Clock, Database, seconds, type Instant } from '../platform/index.js';
import type { Campaign } from './campaign.repository.js';
import { EventTriggers, type EventRule, type PersonEvent } from './event-triggers.service.js';

/** A third of the county minute: whoever falls due just after a run was made waits no longer for the next (decision 0035). */
const STEP_MS = seconds(20);
const PAGE = 5000;
/** Most often the next event stands among the first few. */
const FIRST_LOOK = 100;

/**
 * Event cadences: each arrival or registration makes its outreach once, `delay` after it. The occurrence is the step of the
 * county minute in which the events are found due; what falls due while that step has its run already waits for the next, so that
 * there are at most three runs a minute. An event counts where it occurred not earlier than the campaign's activation less the
 * delay (its outreach would have been due after the activation), not before `startsOn`, and is not later than `maxLateness`.
 */
@Injectable()
export class EventClockwork {
  /** Events that are known to have triggered, by campaign, so that a tick a second does not ask for them again. */
  private readonly triggered = new Map<string, Set<number>>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly triggers: EventTriggers,
    private readonly personEvents: PersonEvents,
  ) {}

  /** Makes the run of all events that are due; answers its id, or null where there is none. */
  async make(campaign: Campaign, now: Instant): Promise<string | null> {
    const rule = await this.triggers.rule(campaign, now);
    if (rule === 'over') return this.database.transaction(() => this.triggers.end(campaign.id, now)).then(() => null);
    if (rule === null) return null;
    const occurrence = now - (now % STEP_MS);
    if (await this.triggers.hasRun(campaign.id, occurrence)) return null;
    const events = await this.open(campaign.id, rule, now - rule.delay);
    if (events.length === 0) return null;
    const runId = await this.database.transaction(() => this.triggers.makeRun(campaign, occurrence, events));
    // Where no run came of it (a pause came between, another scheduler was faster), the events are still to be asked for.
    if (runId !== null) this.remember(campaign.id, events);
    return runId;
  }

  /** When the next event of a campaign falls due, in the past where it is overdue; null where none is known. */
  async nextDueAt(campaign: Campaign): Promise<Instant | null> {
    const now = this.clock.now();
    const rule = await this.triggers.rule(campaign, now);
    if (rule === null || rule === 'over') return null;
    const [first] = await this.open(campaign.id, rule, Number.MAX_SAFE_INTEGER, 1);
    if (!first) return null;
    const step = now - (now % STEP_MS);
    const free = (await this.triggers.hasRun(campaign.id, step)) ? step + STEP_MS : 0;
    return Math.max(first.occurredAt + rule.delay, free);
  }

  /** Events from the rule's beginning up to `until` that have not triggered, in the order in which they occurred. */
  private async open(campaignId: string, rule: EventRule, until: Instant, enough = Infinity): Promise<PersonEvent[]> {
    const open = new Map<number, PersonEvent>();
    const known = this.triggered.get(campaignId) ?? new Set<number>();
    const still = new Set<number>();
    let from = rule.from;
    let limit = enough === Infinity ? PAGE : FIRST_LOOK;
    while (from <= until && open.size < enough) {
      // The page may or may not include `until` itself: ask for a little more and cut here.
      const page = (
        await this.personEvents.between(rule.event, from, Math.min(until + 1, Number.MAX_SAFE_INTEGER), limit)
      ).filter((e) => e.occurredAt <= until);
      const fresh = page.filter((e) => !known.has(e.id) && !open.has(e.id));
      const taken = await this.triggers.triggeredAmong(
        campaignId,
        fresh.map((e) => e.id),
      );
      for (const e of page) if (known.has(e.id) || taken.has(e.id)) still.add(e.id);
      for (const e of fresh) if (!taken.has(e.id)) open.set(e.id, e);
      const last = page.at(-1);
      if (!last || page.length < limit) break;
      // A page of events of one and the same moment does not end there: take more of it.
      if (last.occurredAt === from || limit < PAGE) limit *= 2;
      from = last.occurredAt;
    }
    // Only what is still in reach is remembered, so that the memory does not grow for years.
    if (enough === Infinity) this.triggered.set(campaignId, still);
    else for (const id of still) this.remember(campaignId, [{ id }]);
    return [...open.values()].sort((a, b) => a.occurredAt - b.occurredAt || a.id - b.id);
  }

  private remember(campaignId: string, events: readonly { readonly id: number }[]): void {
    const known = this.triggered.get(campaignId) ?? new Set<number>();
    for (const e of events) known.add(e.id);
    this.triggered.set(campaignId, known);
  }
}
