import { Module, type OnModuleInit } from '@nestjs/common';
import { ArrivalWatch, AudienceModule, Segments } from '../audience/index.js';
import { LibraryModule } from '../library/index.js';
import { ApprovalTermsBook } from './approval-terms.service.js';
import { ApprovalWatch } from './approval-watch.service.js';
import { Approvals } from './approvals.service.js';
import { Cadences } from './cadences.service.js';
import { CampaignLedger } from './campaign-ledger.service.js';
import { CampaignRepository } from './campaign.repository.js';
import { CampaignViews } from './campaign-view.service.js';
import { CampaignsController } from './campaigns.controller.js';
import { Campaigns } from './campaigns.service.js';
import { Clockwork } from './clockwork.service.js';
import { DatesController } from './dates.controller.js';
import { DatesAhead } from './dates-ahead.service.js';
import { DefinitionCheck } from './definition-check.service.js';
import { Differences } from './differences.service.js';
import { DueRuns } from './due-runs.service.js';
import { EventClockwork } from './event-clockwork.service.js';
import { EventTriggers } from './event-triggers.service.js';
import { Lifecycle } from './lifecycle.service.js';
import { PinnedScripts, ReviewRooms } from './pinned-scripts.service.js';
import { Replacement } from './replacement.service.js';
import { RunControl } from './run-control.service.js';
import { RunRepository } from './run.repository.js';
import { Runs } from './runs.service.js';
import { Scheduler } from './scheduler.service.js';
import { TideController } from './tide.controller.js';
import { Tide } from './tide.service.js';
import { TideWatch } from './watch.service.js';
import { UrgentStart } from './urgent-start.service.js';
import { Windows } from './windows.service.js';

/** The services of the room, without its routes. */
export const campaignsProviders = [
  Approvals,
  ApprovalTermsBook,
  ApprovalWatch,
  Cadences,
  CampaignLedger,
  CampaignRepository,
  Campaigns,
  CampaignViews,
  Clockwork,
  DatesAhead,
  DefinitionCheck,
  Differences,
  DueRuns,
  EventClockwork,
  EventTriggers,
  Lifecycle,
  PinnedScripts,
  Replacement,
  ReviewRooms,
  RunControl,
  RunRepository,
  Runs,
  Scheduler,
  Tide,
  TideWatch,
  UrgentStart,
  Windows,
];

/** Needs `RuntimeRoles` and `ScheduleModule.forRoot()` from the app. */
@Module({
  imports: [AudienceModule, LibraryModule],
  controllers: [CampaignsController, DatesController, TideController],
  providers: campaignsProviders,
  exports: [
    Approvals,
    Cadences,
    Campaigns,
    Clockwork,
    Lifecycle,
    RunControl,
    Runs,
    Scheduler,
    Tide,
    TideWatch,
    Windows,
  ],
})
export class CampaignsModule implements OnModuleInit {
  constructor(
    private readonly segments: Segments,
    private readonly arrivals: ArrivalWatch,
    private readonly campaigns: CampaignRepository,
  ) {}

  onModuleInit(): void {
    this.segments.register((segmentId) => this.campaigns.using(segmentId));
    this.arrivals.register(() => this.campaigns.arrivalsExpectedSince());
  }
}
