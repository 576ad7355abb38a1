import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/index.js';
import { DispatchModule } from '../dispatch/index.js';
import { GatewaysModule } from '../gateways/index.js';
import { Intake } from './intake.service.js';
import { Poller } from './poller.service.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReceiptsLoop } from './receipts-loop.service.js';
import { Unmatched } from './unmatched.service.js';
import { ReplyRetention } from './reply-retention.service.js';
import { UplinkBooks, Uplinks } from './uplinks.service.js';

@Module({
  imports: [AudienceModule, DispatchModule, GatewaysModule],
  controllers: [ReceiptsController],
  providers: [Intake, Uplinks, UplinkBooks, Unmatched, ReceiptsLoop, Poller, ReplyRetention],
  exports: [ReceiptsLoop, Uplinks],
})
export class ReceiptsModule {}
