import { Module } from '@nestjs/common';
import { OptOutDesk } from './opt-out-desk.service.js';
import { OptOutFile } from './opt-out-file.service.js';
import { UploadsModule } from '../imports/uploads.module.js';
import { PeopleModule } from '../people/people.module.js';
import { BadNumbers } from './bad-numbers.service.js';
import { BadNumbersController } from './bad-numbers.controller.js';
import { OptOutsController } from './opt-outs.controller.js';
import { OptOuts } from './opt-outs.service.js';
import { PhoneHealth } from './phone-health.service.js';

@Module({
  imports: [PeopleModule, UploadsModule],
  controllers: [BadNumbersController, OptOutsController],
  providers: [BadNumbers, OptOuts, OptOutDesk, OptOutFile, PhoneHealth],
  exports: [OptOuts, OptOutDesk, PhoneHealth],
})
export class OptOutsModule {}
