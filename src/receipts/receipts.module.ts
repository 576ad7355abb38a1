import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/index.js';
import { DispatchModule } from '../dispatch/index.js';
import { GatewaysModule } from '../gateways/index.js';
import { Intake } from './intake.service.js';
import { Poller } from './poller.service.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReceiptsLoop } from './receipts-loop.service.js';
import { ReconciliationBooks } from './reconciliation/books.repository.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';
import { Reconciliation } from './reconciliation/reconciliation.service.js';
import { Unmatched } from './unmatched.service.js';
import { ReplyRetention } from './reply-retention.service.js';
import { UplinkInbox } from './uplink-inbox.service.js';
import { UplinkBooks, Uplinks } from './uplinks.service.js';

@Module({
  imports: [AudienceModule, DispatchModule, GatewaysModule],
  controllers: [ReceiptsController, ReconciliationController],
  providers: [
    Intake,
    Uplinks,
    UplinkBooks,
    UplinkInbox,
    Unmatched,
    ReceiptsLoop,
    Poller,
    ReplyRetention,
    Reconciliation,
    ReconciliationBooks,
  ],
  exports: [ReceiptsLoop, Uplinks, Reconciliation],
})
export class ReceiptsModule {}
