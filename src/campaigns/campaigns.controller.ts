import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Idempotent, Needs, type Actor } from '../accounts/index.js';
import { Clock, CountyTime, invalidInput, notFound, type Page, type Result } from '../platform/index.js';
import { Approvals } from './approvals.service.js';
import { campaignProblem } from './campaign.problems.js';
import type { Campaign } from './campaign.repository.js';
import {
  approveSchema,
  campaignListSchema,
  remarkSchema,
  runNowSchema,
  spanSchema,
} from './campaign-request.schemas.js';
import { campaignPatchSchema, campaignSchema } from './campaign.schemas.js';
import type { CampaignInFull, CampaignView } from './campaign-view.service.js';
import { Campaigns } from './campaigns.service.js';
import { Lifecycle } from './lifecycle.service.js';
import { RunControl } from './run-control.service.js';
import { readSpan } from './span.js';
import { Tide } from './tide.service.js';
import { tideRowView, type TideRowView } from './tide-view.js';

type Refused = Parameters<typeof campaignProblem>[0];
type Remark = z.output<typeof remarkSchema>;

/** Submit, preview and test-send are routes of dispatch, which knows what a plan would do. */
@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly approvals: Approvals,
    private readonly lifecycle: Lifecycle,
    private readonly runs: RunControl,
    private readonly tide: Tide,
    private readonly county: CountyTime,
    private readonly clock: Clock,
  ) {}

  private async answer(result: Result<Campaign, Refused['error']>): Promise<CampaignView> {
    if (!result.ok) throw campaignProblem(result);
    return this.campaigns.view(result.value);
  }

  @Get()
  @Needs('campaigns.read')
  async list(
    @Query({ schema: campaignListSchema }) query: z.output<typeof campaignListSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<CampaignView>> {
    const page = await this.campaigns.list({
      scope: caller.scope,
      status: query.status,
      after: query.cursor,
      limit: query.limit,
    });
    return { items: await this.campaigns.viewAll(page.items), nextCursor: page.nextCursor };
  }

  @Post()
  @Needs('campaigns.write')
  async create(
    @Body({ schema: campaignSchema }) body: z.output<typeof campaignSchema>,
    @Caller() caller: Actor,
  ): Promise<CampaignView> {
    return this.answer(await this.campaigns.create(body, caller));
  }

  @Get(':id')
  @Needs('campaigns.read')
  async one(@Param('id') id: string, @Caller() caller: Actor): Promise<CampaignInFull> {
    const campaign = await this.campaigns.find(id, caller.scope);
    if (!campaign) throw notFound();
    return this.campaigns.viewInFull(campaign);
  }

  @Put(':id')
  @Needs('campaigns.write')
  async change(
    @Param('id') id: string,
    @Body({ schema: campaignPatchSchema }) body: z.output<typeof campaignPatchSchema>,
    @Caller() caller: Actor,
  ): Promise<CampaignView> {
    return this.answer(await this.campaigns.change(id, body, caller));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Needs('campaigns.approve')
  async approve(
    @Param('id') id: string,
    @Body({ schema: approveSchema }) body: z.output<typeof approveSchema>,
    @Caller() caller: Actor,
  ): Promise<CampaignView> {
    return this.answer(await this.approvals.approve(id, caller, body));
  }

  @Post(':id/return')
  @HttpCode(200)
  @Needs('campaigns.approve')
  async return(
    @Param('id') id: string,
    @Body({ schema: remarkSchema }) body: Remark,
    @Caller() caller: Actor,
  ): Promise<CampaignView> {
    return this.answer(await this.approvals.return(id, caller, body.remark));
  }

  @Post(':id/activate')
  @HttpCode(200)
  @Needs('campaigns.run')
  @Idempotent()
  async activate(
    @Param('id') id: string,
    @Body({ schema: remarkSchema }) body: Remark,
    @Caller() caller: Actor,
  ): Promise<CampaignView> {
    return this.answer(await this.lifecycle.activate(id, caller, body.remark));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Needs('campaigns.run')
  async pause(
    @Param('id') id: string,
    @Body({ schema: remarkSchema }) body: Remark,
    @Caller() caller: Actor,
  ): Promise<CampaignView> {
    return this.answer(await this.lifecycle.pause(id, caller, body.remark));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Needs('campaigns.run')
  @Idempotent()
  async resume(
    @Param('id') id: string,
    @Body({ schema: remarkSchema }) body: Remark,
    @Caller() caller: Actor,
  ): Promise<CampaignView> {
    return this.answer(await this.lifecycle.resume(id, caller, body.remark));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Needs('campaigns.run')
  async cancel(
    @Param('id') id: string,
    @Body({ schema: remarkSchema }) body: Remark,
    @Caller() caller: Actor,
  ): Promise<CampaignView> {
    return this.answer(await this.lifecycle.cancel(id, caller, body.remark));
  }

  @Post(':id/runs')
  @HttpCode(202)
  @Needs('campaigns.run')
  @Idempotent()
  async runNow(
    @Param('id') id: string,
    @Body({ schema: runNowSchema }) body: z.output<typeof runNowSchema>,
    @Caller() caller: Actor,
  ): Promise<{ runId: string }> {
    const started = await this.runs.runNow(id, caller, body.reason);
    if (!started.ok) throw campaignProblem(started);
    return started.value;
  }

  @Get(':id/occurrences')
  @Needs('campaigns.read')
  async occurrences(
    @Param('id') id: string,
    @Query({ schema: spanSchema }) query: z.output<typeof spanSchema>,
    @Caller() caller: Actor,
  ): Promise<TideRowView[]> {
    const campaign = await this.campaigns.find(id, caller.scope);
    if (!campaign) throw notFound();
    const span = readSpan(query, this.county, this.clock.now());
    if (Array.isArray(span)) throw invalidInput(span);
    return (await this.tide.occurrences(campaign, span.from, span.to)).map((row) => tideRowView(row, this.county));
  }
}
