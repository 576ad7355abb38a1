import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/index.js';
import { CampaignsModule } from '../campaigns/index.js';
import { GatewaysModule } from '../gateways/index.js';
import { LibraryModule } from '../library/index.js';
import { AnswerBooks, Answers } from './answers.service.js';
import { Counters } from './counters.repository.js';
import { CounterRebuild } from './counter-rebuild.service.js';
import { DispatchLoop, DispatchParts } from './dispatch-loop.service.js';
import { Erasures } from './erasures.service.js';
import { Messages } from './messages.service.js';
import { ConcernedUsers } from './notices/concerned-users.service.js';
import { FieldWorkers } from './notices/field-workers.service.js';
import { NoticeSources } from './notices/notice-sources.service.js';
import { Notices } from './notices/notices.service.js';
import { CampaignDoor, PlanContexts, PlanWords } from './plan/contexts.service.js';
import { Contenders } from './plan/contenders.service.js';
import { Drift } from './plan/drift.service.js';
import { Forecasts } from './plan/forecast.service.js';
import { Ladder } from './plan/ladder.service.js';
import { LooksService } from './plan/looks.service.js';
import { PageWriter } from './plan/page-writer.service.js';
import { Pages } from './plan/pages.service.js';
import { Planner } from './plan/planner.service.js';
import { PreflightController } from './plan/preflight.controller.js';
import { Preflights } from './plan/preflights.service.js';
import { PreviewBooks, Previews } from './plan/preview.service.js';
import { ReasonsController } from './plan/reasons.controller.js';
import { Reasons } from './plan/reasons.service.js';
import { RunAssignments } from './plan/run-assignments.service.js';
import { TestRooms, TestSends } from './plan/test-sends.service.js';
import { UrgentController } from './plan/urgent.controller.js';
import { Urgent, UrgentRooms } from './plan/urgent.service.js';
import { DeliveryViews } from './runs/delivery-views.service.js';
import { RunCounts } from './runs/run-counts.service.js';
import { ReleaseRooms, Releases } from './runs/releases.service.js';
import { RunSettler } from './runs/run-settler.service.js';
import { RunViews } from './runs/run-views.service.js';
import { RunsController } from './runs/runs.controller.js';
import { UncertainDecisions } from './runs/uncertain.service.js';
import { Addresses } from './send/addresses.repository.js';
import { Batches } from './send/batches.repository.js';
import { Breakers } from './send/breakers.service.js';
import { CallAnswers } from './send/call-answers.service.js';
import { ClaimGuards, Claims } from './send/claim.service.js';
import { Contacts } from './send/contacts.repository.js';
import { Dispatcher, DispatcherBooks, DispatcherRooms } from './send/dispatcher.service.js';
import { Failover, FailoverRooms } from './send/failover.service.js';
import { GatewayLine } from './send/gateway-line.service.js';
import { GatewayTest } from './send/gateway-test.service.js';
import { Limits } from './send/limits.service.js';
import { OpenCalls } from './send/open-calls.service.js';
import { Recovery } from './send/recovery.service.js';
import { Shares } from './send/shares.service.js';
import { Preparation } from './send/preparation.service.js';
import { TaskHandover, TaskRooms } from './send/task-handover.service.js';
import { Deliveries } from './settle/deliveries.repository.js';
import { AudienceDoor } from './settle/audience-door.service.js';
import { ReceiptSettlement } from './settle/receipts.service.js';
import { Settlement } from './settle/settlement.service.js';
import { SwitchesController } from './switches/switches.controller.js';
import { Switches } from './switches/switches.service.js';
import { TasksController } from './tasks/tasks.controller.js';
import { TodayController } from './today/today.controller.js';
import { Today, TodayRooms } from './today/today.service.js';
import { Tasks, TaskViewRooms } from './tasks/tasks.service.js';

const plan = [
  PlanContexts,
  CampaignDoor,
  PlanWords,
  RunAssignments,
  Reasons,
  LooksService,
  Pages,
  PageWriter,
  Planner,
  Drift,
  Ladder,
  Previews,
  PreviewBooks,
  Forecasts,
  Urgent,
  UrgentRooms,
  Contenders,
  Preflights,
  TestSends,
  TestRooms,
];
const send = [
  Batches,
  Contacts,
  Claims,
  ClaimGuards,
  Limits,
  Addresses,
  Breakers,
  Failover,
  FailoverRooms,
  Shares,
  OpenCalls,
  GatewayLine,
  GatewayTest,
  Preparation,
  CallAnswers,
  TaskHandover,
  TaskRooms,
  Dispatcher,
  DispatcherRooms,
  DispatcherBooks,
  Recovery,
];
const settle = [
  Answers,
  AnswerBooks,
  Deliveries,
  Settlement,
  ReceiptSettlement,
  AudienceDoor,
  Counters,
  CounterRebuild,
  Erasures,
];
const views = [
  Today,
  TodayRooms,
  RunCounts,
  RunViews,
  DeliveryViews,
  UncertainDecisions,
  RunSettler,
  Releases,
  ReleaseRooms,
  Notices,
  ConcernedUsers,
  FieldWorkers,
  NoticeSources,
  Tasks,
  TaskViewRooms,
  Switches,
];

@Module({
  imports: [AudienceModule, CampaignsModule, GatewaysModule, LibraryModule],
  controllers: [
    UrgentController,
    PreflightController,
    ReasonsController,
    TodayController,
    RunsController,
    TasksController,
    SwitchesController,
  ],
  providers: [Messages, ...plan, ...send, ...settle, ...views, DispatchLoop, DispatchParts],
  exports: [
    Answers,
    DispatchLoop,
    Planner,
    Settlement,
    Tasks,
    RunViews,
    DeliveryViews,
    Deliveries,
    Messages,
    CounterRebuild,
    Counters,
    GatewayLine,
  ],
})
export class DispatchModule {}
