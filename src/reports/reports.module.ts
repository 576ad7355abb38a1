import { Module } from '@nestjs/common';
import { LibraryModule } from '../library/index.js';
import { Exports } from './export.service.js';
import { Measures } from './measures.service.js';
import { ReportNames } from './names.service.js';
import { ReportsController } from './report.controller.js';
import { Reports } from './report.service.js';
import { Wordings } from './wordings.service.js';

@Module({
  imports: [LibraryModule],
  controllers: [ReportsController],
  providers: [Measures, ReportNames, Reports, Exports, Wordings],
  exports: [Reports, ReportNames],
})
export class ReportsModule {}
