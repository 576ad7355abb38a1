import { Module } from '@nestjs/common';
import { FoldersModule } from '../folders/folders.module.js';
import { PeopleModule } from '../people/people.module.js';
import { FileRetention } from './file-retention.service.js';
import { PeopleRetention } from './people-retention.service.js';
import { RetentionClock } from './retention-clock.service.js';
import { RetentionController } from './retention.controller.js';
import { Retention } from './retention.service.js';

@Module({
  imports: [PeopleModule, FoldersModule],
  controllers: [RetentionController],
  providers: [FileRetention, PeopleRetention, Retention, RetentionClock],
  exports: [Retention],
})
export class RetentionModule {}
