import { Controller, Get, Headers, Query, StreamableFile } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../accounts/index.js';
import { invalidInput } from '../platform/index.js';
import type { Cut } from './cut.js';
import { Exports } from './export.service.js';
import { answerFormat } from './format.js';
import type { ReachReport, ReportHead, SendsReport, TrickCoverage } from './report.js';
import { reportQuery, trickCoverageQuery, wordingsQuery, type ReportQuery } from './report.schemas.js';
import { Reports } from './report.service.js';
import { Wordings } from './wordings.service.js';
import { reachSheet, sendsSheet, trickCoverageSheet, type Sheet } from './sheet.js';

interface Asked {
  readonly query: ReportQuery;
  readonly accept: string | undefined;
  readonly caller: Actor;
}

interface Kind<R extends ReportHead> {
  readonly name: string;
  make(cut: Cut): Promise<R>;
  sheet(report: R): Sheet;
}

@Controller('reports')
export class ReportsController {
  constructor(
    private readonly reports: Reports,
    private readonly exports: Exports,
    private readonly wordingResults: Wordings,
  ) {}

  @Get('sends')
  @Needs('reports')
  sends(
    @Query({ schema: reportQuery }) query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Caller() caller: Actor,
  ): Promise<SendsReport | StreamableFile> {
    const make = (cut: Cut) => this.reports.sends(cut, caller);
    return this.answer({ name: 'sends', make, sheet: sendsSheet }, { query, accept, caller });
  }

  @Get('reach')
  @Needs('reports')
  reach(
    @Query({ schema: reportQuery }) query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Caller() caller: Actor,
  ): Promise<ReachReport | StreamableFile> {
    const make = (cut: Cut) => this.reports.reach(cut, caller);
    return this.answer({ name: 'reach', make, sheet: reachSheet }, { query, accept, caller });
  }

  @Get('trick-coverage')
  @Needs('reports')
  trickCoverage(
    @Query({ schema: trickCoverageQuery }) query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Caller() caller: Actor,
  ): Promise<TrickCoverage | StreamableFile> {
    const make = (cut: Cut) => this.reports.trickCoverage(cut, caller);
    return this.answer({ name: 'trick-coverage', make, sheet: trickCoverageSheet }, { query, accept, caller });
  }

  @Get('wordings')
  @Needs('reports')
  async wordings(@Query({ schema: wordingsQuery }) query: z.output<typeof wordingsQuery>, @Caller() caller: Actor) {
    const cut = this.reports.cut(query, caller);
    if (!cut.ok) throw invalidInput(cut.mistakes);
    return { rows: await this.wordingResults.of(cut.value) };
  }

  private async answer<R extends ReportHead>(
    kind: Kind<R>,
    { query, accept, caller }: Asked,
  ): Promise<R | StreamableFile> {
    const cut = this.reports.cut(query, caller);
    if (!cut.ok) throw invalidInput(cut.mistakes);
    const report = await kind.make(cut.value);
    const format = answerFormat(query.format, accept);
    if (format === 'json') return report;
    const by = { id: caller.id, name: caller.name };
    const order = { report: kind.name, format, cut: cut.value, head: report, sheet: kind.sheet(report), by };
    const { stream, type, fileName } = await this.exports.make(order);
    return new StreamableFile(stream, { type, disposition: `attachment; filename="${fileName}"` });
  }
}
