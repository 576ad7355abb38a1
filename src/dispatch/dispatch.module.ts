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
import { PlanContexts } from './plan/contexts.service.js';
import { Ladder } from './plan/ladder.service.js';
import { LooksService } from './plan/looks.service.js';
import { PageWriter } from './plan/page-writer.service.js';
import { Pages } from './plan/pages.service.js';
import { Planner } from './plan/planner.service.js';
import { PreflightController } from './plan/preflight.controller.js';
import { Preflights } from './plan/preflights.service.js';
import { Previews } from './plan/preview.service.js';
import { TestRooms, TestSends } from './plan/test-sends.service.js';
import { DeliveryViews } from './runs/delivery-views.service.js';
import { RunCounts } from './runs/run-counts.service.js';
import { RunSettler } from './runs/run-settler.service.js';
import { RunViews } from './runs/run-views.service.js';
import { RunsController } from './runs/runs.controller.js';
import { UncertainDecisions } from './runs/uncertain.service.js';
import { Batches } from './send/batches.repository.js';
import { ClaimGuards, Claims } from './send/claim.service.js';
import { Contacts } from './send/contacts.repository.js';
import { Dispatcher, DispatcherBooks, DispatcherRooms } from './send/dispatcher.service.js';
import { GatewayLine } from './send/gateway-line.service.js';
import { Limits } from './send/limits.service.js';
import { Recovery } from './send/recovery.service.js';
import { TaskHandover, TaskRooms } from './send/task-handover.service.js';
import { Deliveries } from './settle/deliveries.repository.js';
import { AudienceDoor, Settlement } from './settle/settlement.service.js';
import { SwitchesController } from './switches/switches.controller.js';
import { Switches } from './switches/switches.service.js';
import { TasksController } from './tasks/tasks.controller.js';
import { Tasks, TaskViewRooms } from './tasks/tasks.service.js';

const plan = [
  PlanContexts,
  LooksService,
  Pages,
  PageWriter,
  Planner,
  Ladder,
  Previews,
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
  GatewayLine,
  TaskHandover,
  TaskRooms,
  Dispatcher,
  DispatcherRooms,
  DispatcherBooks,
  Recovery,
];
const settle = [Answers, AnswerBooks, Deliveries, Settlement, AudienceDoor, Counters, CounterRebuild, Erasures];
const views = [RunCounts, RunViews, DeliveryViews, UncertainDecisions, RunSettler, Tasks, TaskViewRooms, Switches];

@Module({
  imports: [AudienceModule, CampaignsModule, GatewaysModule, LibraryModule],
  controllers: [PreflightController, RunsController, TasksController, SwitchesController],
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
