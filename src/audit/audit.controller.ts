import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../accounts/index.js';
import { CountyTime, Ledger, notFound, type Page } from '../platform/index.js';
import { entriesQuery, periodQuery, verifyQuery } from './audit.schemas.js';
import { Entries, type ShownEntry } from './entries.service.js';
import { LedgerExport } from './ledger-export.service.js';
import { readPeriod } from './period.input.js';
import { Proofs, type Proof } from './proofs.service.js';
import { LedgerVerifier, type Verification } from './verify.service.js';

/** What an auditor asks of the ledger. */
@Controller('audit')
export class AuditController {
  constructor(
    private readonly entries: Entries,
    private readonly verifier: LedgerVerifier,
    private readonly exports: LedgerExport,
    private readonly proofs: Proofs,
    private readonly ledger: Ledger,
    private readonly county: CountyTime,
  ) {}

  @Get('entries')
  @Needs('audit')
  list(@Query({ schema: entriesQuery }) query: z.output<typeof entriesQuery>): Promise<Page<ShownEntry>> {
    const { from, to, ...cut } = query;
    return this.entries.page({ ...cut, ...readPeriod(this.county, { from, to }) });
  }

  @Get('verify')
  @Needs('audit')
  verify(@Query({ schema: verifyQuery }) query: z.output<typeof verifyQuery>): Promise<Verification> {
    const { contents, ...words } = query;
    return this.verifier.verify(readPeriod(this.county, words), contents === 'true');
  }

  /** The settlement events of one delivery and their way to the roots of their days. */
  @Get('proof/:deliveryId')
  @Needs('audit')
  async proof(@Param('deliveryId') id: string): Promise<Proof> {
    const proof = /^[1-9]\d{0,15}$/.test(id) ? await this.proofs.of(Number(id)) : null;
    if (!proof) throw notFound();
    return proof;
  }

  @Get('export')
  @Needs('audit')
  async export(
    @Query({ schema: periodQuery }) query: z.output<typeof periodQuery>,
    @Caller() caller: Actor,
  ): Promise<StreamableFile> {
    const period = readPeriod(this.county, query);
    await this.ledger.write({ action: 'audit.export', subject: 'ledger', by: caller, detail: { ...query } });
    return new StreamableFile(Readable.from(this.exports.lines(period), { objectMode: false }), {
      type: 'application/x-ndjson; charset=utf-8',
      disposition: 'attachment; filename="ledger.ndjson"',
    });
  }
}
