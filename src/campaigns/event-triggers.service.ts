import { Injectable } from '@nestjs/common';
import { COUNTY } from '../accounts/index.js';
import { CLOCK_ACTOR, Database, Ledger, marks, parseDuration, type Instant } from '../platform/index.js';
import { CampaignRepository, type Campaign } from './campaign.repository.js';
import type { Cadence, CampaignDefinition } from './campaign.schemas.js';
import { Cadences } from './cadences.service.js';
import { RunRepository } from './run.repository.js';
import { Tide } from './tide.service.js';

export interface PersonEvent {
  readonly id: number;
  readonly personId: number;
  readonly occurredAt: Instant;
}

export interface EventRule {
  readonly event: Extract<Cadence, { kind: 'event' }>['event'];
  /** Milliseconds between an event and its outreach. */
  readonly delay: number;
  /** Events before this trigger nothing. */
  readonly from: Instant;
}

/** Values in one list of a query. */
const PAGE = 5000;
/** An event that is told of later than this is counted and triggers nothing, unless the campaign says otherwise. */
const DEFAULT_MAX_LATENESS = 'P1D';

/** The rows behind event cadences. */
@Injectable()
export class EventTriggers {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignRepository,
    private readonly runs: RunRepository,
    private readonly tide: Tide,
    private readonly cadences: Cadences,
    private readonly ledger: Ledger,
  ) {}

  /** Which events count at `now`; null where the cadence is none of events, 'over' after the campaign's last day. */
  async rule(campaign: Campaign, now: Instant): Promise<EventRule | 'over' | null> {
    const definition = await this.campaigns.approvedDefinition(campaign.id, campaign.approvedVersion!);
    if (definition.cadence.kind !== 'event') return null;
    if (this.cadences.isOver(definition, now)) return 'over';
    const delay = parseDuration(definition.cadence.delay)!;
    return { event: definition.cadence.event, delay, from: this.earliest(campaign, definition, now - delay) };
  }

  private earliest(campaign: Campaign, definition: CampaignDefinition, dueBefore: Instant): Instant {
    const delay = parseDuration((definition.cadence as { delay: string }).delay)!;
    const lateness = parseDuration(definition.maxLateness ?? DEFAULT_MAX_LATENESS)!;
    return Math.max(campaign.activatedAt! - delay, this.cadences.beginning(definition), dueBefore - lateness);
  }

  async hasRun(campaignId: string, occurrence: Instant): Promise<boolean> {
    return (await this.runs.atOccurrence(campaignId, occurrence)) !== null;
  }

  async triggeredAmong(campaignId: string, eventIds: readonly number[]): Promise<Set<number>> {
    const found = new Set<number>();
    for (let i = 0; i < eventIds.length; i += PAGE) {
      const part = eventIds.slice(i, i + PAGE);
      const rows = await this.database.query<{ eventId: unknown }>(
        `SELECT eventId FROM event_triggers WHERE campaignId = ? AND eventId IN (${marks(part.length)})`,
        [campaignId, ...part],
      );
      for (const row of rows) found.add(Number(row.eventId));
    }
    return found;
  }

  /** In a transaction: the triggers, and where any is new their run. Whoever comes second finds nothing new. */
  async makeRun(campaign: Campaign, occurrence: Instant, events: readonly PersonEvent[]): Promise<string | null> {
    const locked = await this.campaigns.lock(campaign.id, COUNTY);
    if (locked?.status !== 'active' || locked.approvedVersion !== campaign.approvedVersion) return null;
    if (await this.hasRun(campaign.id, occurrence)) return null;
    const runId = this.runs.newId();
    const rows = events.map((e) => [campaign.id, e.id, e.personId, runId] as const);
    const fresh = await this.database.insert(
      'event_triggers',
      ['campaignId', 'eventId', 'personId', 'runId'],
      rows,
      'ignore',
    );
    if (fresh === 0) return null;
    const version = locked.approvedVersion!;
    await this.runs.insert({ id: runId, campaignId: campaign.id, version, occurrence, kind: 'event' });
    await this.tide.recordDue(campaign.id, occurrence, runId);
    await this.ledger.write({
      action: 'run.make',
      subject: `run/${runId}`,
      by: CLOCK_ACTOR,
      detail: { campaign: campaign.id, version, occurrence, kind: 'event', events: fresh },
    });
    return runId;
  }

  async end(id: string, now: Instant): Promise<void> {
    const campaign = await this.campaigns.lock(id, COUNTY);
    if (campaign?.status !== 'active') return;
    await this.campaigns.change(id, { status: 'ended', nextRunAt: null, updatedAt: now });
    await this.ledger.write({ action: 'campaign.end', subject: `campaign/${id}`, by: CLOCK_ACTOR });
  }
}
