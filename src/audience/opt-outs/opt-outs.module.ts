import { Module } from '@nestjs/common';
import { OptOutDesk } from './opt-out-desk.service.js';
import { OptOutsController } from './opt-outs.controller.js';
import { OptOuts } from './opt-outs.service.js';
import { PhoneHealth } from './phone-health.service.js';

@Module({
  controllers: [OptOutsController],
  providers: [OptOuts, OptOutDesk, PhoneHealth],
  exports: [OptOuts, PhoneHealth],
})
export class OptOutsModule {}
