import { Module } from '@nestjs/common';
import { AudienceModule } from '../../audience/index.js';
import { DispatchModule } from '../../dispatch/index.js';
import { ReportsModule } from '../reports.module.js';
import { PersonWhyController } from './person-why.controller.js';
import { PersonWhy } from './person-why.service.js';

/** Apart from the reports: it concerns one person, and reads other rooms through their doors. */
@Module({
  imports: [AudienceModule, DispatchModule, ReportsModule],
  controllers: [PersonWhyController],
  providers: [PersonWhy],
})
export class PersonWhyModule {}
