import { Module } from '@nestjs/common';
import { GroupChatsModule } from '../group-chats/group-chats.module.js';
import { PeopleModule } from '../people/people.module.js';
import { ReadyMadeSegments } from './ready-made.service.js';
import { RuleBook } from './rule-book.service.js';
import { SegmentCounts } from './segment-counts.service.js';
import { SegmentRecords } from './segment-records.service.js';
import { SegmentViews } from './segment-views.service.js';
import { SensitiveAnswers } from './sensitive-answers.service.js';
import { SegmentsController } from './segments.controller.js';
import { Segments } from './segments.service.js';

@Module({
  imports: [PeopleModule, GroupChatsModule],
  controllers: [SegmentsController],
  providers: [ReadyMadeSegments, RuleBook, SensitiveAnswers, SegmentCounts, SegmentRecords, SegmentViews, Segments],
  exports: [ReadyMadeSegments, RuleBook, Segments],
})
export class SegmentsModule {}
