import { Module } from '@nestjs/common';
import { OptOutDesk } from './opt-out-desk.service.js';
import { PeopleModule } from '../people/people.module.js';
import { BadNumbers } from './bad-numbers.service.js';
import { BadNumbersController } from './bad-numbers.controller.js';
import { OptOutsController } from './opt-outs.controller.js';
import { OptOuts } from './opt-outs.service.js';
import { PhoneHealth } from './phone-health.service.js';

@Module({
  imports: [PeopleModule],
  controllers: [BadNumbersController, OptOutsController],
  providers: [BadNumbers, OptOuts, OptOutDesk, PhoneHealth],
  exports: [OptOuts, OptOutDesk, PhoneHealth],
})
export class OptOutsModule {}
