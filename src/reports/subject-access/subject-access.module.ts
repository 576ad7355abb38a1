import { Module } from '@nestjs/common';
import { AudienceModule } from '../../audience/index.js';
import { DispatchModule } from '../../dispatch/index.js';
import { SubjectAccessController } from './subject-access.controller.js';
import { SubjectAccess } from './subject-access.service.js';

/** Apart from the reports: it concerns one person, and reads other rooms through their doors. */
@Module({
  imports: [AudienceModule, DispatchModule],
  controllers: [SubjectAccessController],
  providers: [SubjectAccess],
})
export class SubjectAccessModule {}
