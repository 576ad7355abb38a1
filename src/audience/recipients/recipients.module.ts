import { Module } from '@nestjs/common';
import { SegmentsModule } from '../segments/segments.module.js';
import { PersonDetails } from './person-details.service.js';
import { Recipients } from './recipients.service.js';

@Module({ imports: [SegmentsModule], providers: [PersonDetails, Recipients], exports: [Recipients] })
export class RecipientsModule {}
