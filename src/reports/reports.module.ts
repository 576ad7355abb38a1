import { Module } from '@nestjs/common';
import { Exports } from './export.service.js';
import { Measures } from './measures.service.js';
import { ReportNames } from './names.service.js';
import { PageController } from './page/page.controller.js';
import { ReportsController } from './report.controller.js';
import { Reports } from './report.service.js';

@Module({
  controllers: [ReportsController, PageController],
  providers: [Measures, ReportNames, Reports, Exports],
  exports: [Reports],
})
export class ReportsModule {}
