import { Injectable } from '@nestjs/common';
import { COUNTY, type Actor } from '../../accounts/index.js';
import { Segments } from '../../audience/index.js';
import { Campaigns, Tide } from '../../campaigns/index.js';
import { byOccurrence, Library, type Script } from '../../library/index.js';
import {
  Config,
  Clock,
  CountyTime,
  Database,
  days,
  DISCREET_NAME,
  type Instant,
  type SqlValue,
} from '../../platform/index.js';
import { Messages } from '../messages.service.js';
import { PlanContexts, Unplannable } from '../plan/contexts.service.js';
import type { PlanContext, PlanStep } from '../plan/plan-context.js';
import type { TodayText, TodayView } from './today.js';

interface SentRow {
  readonly runId: string;
  readonly campaignId: string;
  readonly version: number;
  readonly occurrence: Instant;
  readonly channel: string;
  readonly gateway: string;
  readonly scriptVersionId: number;
  readonly sentenceId: number | null;
  readonly suffixMonth: number | null;
  readonly recipients: number;
}

interface Name {
  readonly trickName: string;
  readonly typeName: string;
}

/** What stands for the parts of a text that are another for each person. */
const MARKED = { name: '〔姓名〕', township: '〔乡镇〕' };
const NOBODY = {
  key: 'today',
  populations: [],
  tags: [],
  township: '',
  language: 'zh',
  heard: new Map<string, Instant>(),
};

/** Rooms that the page asks. */
@Injectable()
export class TodayRooms {
  constructor(
    readonly campaigns: Campaigns,
    readonly tide: Tide,
    readonly segments: Segments,
    readonly library: Library,
    readonly messages: Messages,
    readonly contexts: PlanContexts,
  ) {}
}

/** All wordings that are with people today or will be, as they read them: so that the desk can say whether a message is ours. */
@Injectable()
export class Today {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly rooms: TodayRooms,
  ) {}

  async view(viewer: Actor): Promise<TodayView> {
    const now = this.clock.now();
    const names = await this.names();
    const sent = await this.sent(viewer, names);
    const due = await this.due(viewer, names);
    const { name, callerName, hotline } = this.config.office;
    return {
      date: this.county.iso(now).slice(0, 10),
      madeAt: this.county.iso(now),
      office: { name, callerName, hotline },
      items: [...sent, ...due.items],
      perPerson: due.perPerson,
    };
  }

  private async names(): Promise<(script: Script) => Name> {
    const types = new Map((await this.rooms.library.types()).map((type) => [type.code, type.nameZh]));
    const tricks = new Map((await this.rooms.library.tricks()).map((trick) => [trick.code, trick.nameZh]));
    return ({ trick, type }) => ({ trickName: tricks.get(trick) ?? trick, typeName: types.get(type) ?? type });
  }

  /** Wordings of today's runs, and of earlier ones that are still going out; a township's reader sees those of the township. */
  private async sent(viewer: Actor, names: (script: Script) => Name): Promise<TodayText[]> {
    const now = this.clock.now();
    const since = this.county.startOfDay(now);
    const values: SqlValue[] = [this.county.dayNumber(now), since, this.county.dayNumber(now), since];
    const within = viewer.scope.township === null ? '' : ' AND d.township = ?';
    if (viewer.scope.township !== null) values.push(viewer.scope.township);
    const rows = await this.database.query<SentRow>(
      `SELECT r.id AS runId, r.campaignId, r.version, r.occurrence, d.channel, d.gateway, d.scriptVersionId, d.sentenceId, d.suffixMonth, COUNT(*) AS recipients
       FROM runs r JOIN deliveries d ON d.runId = r.id
       WHERE r.kind <> 'test' AND d.scriptVersionId > 0 AND (r.day = ? OR r.settledAt >= ? OR r.status IN ('sending', 'paused'))
         AND (r.day = ? OR d.sentAt >= ? OR d.status = 'pending') AND d.status NOT IN ('cancelled', 'expired', 'failed')${within}
       GROUP BY r.id, r.campaignId, r.version, r.occurrence, d.channel, d.gateway, d.scriptVersionId, d.sentenceId, d.suffixMonth
       ORDER BY r.occurrence, d.channel, d.scriptVersionId`,
      values,
    );
    const items: TodayText[] = [];
    for (const row of rows) {
      const script = await this.rooms.library.version(Number(row.scriptVersionId));
      if (!script) continue;
      const message = await this.rooms.messages.shown(script, row, MARKED);
      const campaign = await this.campaign(row.campaignId, Number(row.version), viewer);
      const at = this.county.iso(Number(row.occurrence));
      const head = { campaignId: row.campaignId, campaign, at, status: 'sent' as const, channel: row.channel };
      items.push({ ...head, trick: script.trick, ...names(script), ...message, recipients: Number(row.recipients) });
    }
    return items;
  }

  /** What is still to occur today: the wording where it is one for all, else that there is one for each. */
  private async due(viewer: Actor, names: (script: Script) => Name) {
    const now = this.clock.now();
    const { rows } = await this.rooms.tide.table(now, this.county.startOfDay(now) + days(1), COUNTY);
    const items: TodayText[] = [];
    const perPerson: { campaign: string; at: string; channel: string }[] = [];
    for (const row of rows.filter(({ status, runId }) => status === 'due' && runId === null)) {
      const found = await this.contextOf(row.campaignId, row.at);
      if (!found) continue;
      const at = this.county.iso(row.at);
      const campaign = found.context.isSensitive && !viewer.mayReadSensitive ? DISCREET_NAME : row.campaign;
      for (const step of found.context.steps.filter((one) => one.after === null)) {
        const text = this.forAll(found.context, step);
        if (text === null) perPerson.push({ campaign, at, channel: step.channel });
        else {
          const head = { campaignId: row.campaignId, campaign, at, status: 'due' as const, channel: step.channel };
          items.push({ ...head, trick: text.script.trick, ...names(text.script), ...text.message, recipients: null });
        }
      }
    }
    return { items, perPerson };
  }

  private async contextOf(campaignId: string, at: Instant): Promise<{ context: PlanContext } | null> {
    const campaign = await this.rooms.campaigns.find(campaignId, COUNTY);
    if (!campaign || campaign.approvedVersion === null) return null;
    const definition = await this.rooms.campaigns.definition(campaignId, campaign.approvedVersion);
    try {
      const run = { id: '', campaignId, occurrence: at, seed: `today:${campaignId}` };
      return { context: await this.rooms.contexts.of({ run, definition, township: campaign.township }) };
    } catch (error) {
      if (error instanceof Unplannable) return null;
      throw error;
    }
  }

  private forAll({ definition: { assignment } }: PlanContext, step: PlanStep) {
    const isFixed = assignment.policy === 'fixed' && assignment.order !== 'random';
    const turns = assignment.policy === 'rotate' && byOccurrence({ assignment, channel: step.channel });
    const gateway = step.gateways[0];
    const given = isFixed || turns ? step.assign(NOBODY) : null;
    if (!gateway || !given || !('script' in given)) return null;
    const hasSuffix = step.channel === 'sms' && this.rooms.messages.hasSuffixes;
    const stored = { gateway: gateway.key, suffixMonth: hasSuffix ? step.slot.month : null };
    return { script: given.script, message: this.rooms.messages.marked(given.script, stored, MARKED) };
  }

  private async campaign(id: string, version: number, viewer: Actor): Promise<string> {
    const campaign = await this.rooms.campaigns.find(id, COUNTY);
    if (!campaign) return id;
    if (viewer.mayReadSensitive) return campaign.name;
    const { segmentId } = await this.rooms.campaigns.definition(id, version);
    const segment = await this.rooms.segments.get(segmentId, COUNTY);
    return segment?.sensitive === false ? campaign.name : DISCREET_NAME;
  }
}
