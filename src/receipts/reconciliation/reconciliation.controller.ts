import { Body, Controller, Get, HttpCode, Param, Post, Query, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { conflict, invalidInput, notFound, readInput, type Result } from '../../platform/index.js';
import { SHEET_MAX_BYTES, UnreadableSheet } from '../../platform/sheets/index.js';
import { dayOf } from './bill.js';
import { Reconciliation, type ReadBill } from './reconciliation.service.js';

type Upload = Pick<Express.Multer.File, 'buffer'>;

const day = z.string().transform((text, ctx) => {
  const read = dayOf(text);
  if (read !== null) return read;
  ctx.addIssue({ code: 'custom', message: 'a date such as 2026-11-24', params: { code: 'invalid_date' } });
  return z.NEVER;
});
const billForm = z.object({ day: day.optional() });
const receiptsBody = z.strictObject({ day });
const listQuery = z.object({
  status: z.enum(['open', 'explained', 'settled']).optional(),
  gateway: z.string().max(32).optional(),
  from: day.optional(),
  to: day.optional(),
  cursor: z.string().max(26).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const daysQuery = z.object({ gateway: z.string().max(32).optional(), from: day, to: day });
const noteBody = z.strictObject({ note: z.string().trim().min(1).max(1000) });

@Controller('reconciliation')
export class ReconciliationController {
  constructor(private readonly reconciliation: Reconciliation) {}

  @Get()
  @Needs('reconciliation.read')
  list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>) {
    return this.reconciliation.differences(query);
  }

  @Get('days')
  @Needs('reconciliation.read')
  async days(@Query({ schema: daysQuery }) query: z.output<typeof daysQuery>) {
    return { items: await this.reconciliation.days(query), nextCursor: null };
  }

  /** A bill in the form field `file`; `day` where the file has no column of days. The columns are in docs/operators.md. */
  @Post(':gateway/bills')
  @HttpCode(200)
  @Needs('reconciliation')
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: SHEET_MAX_BYTES, files: 1 } }))
  async bill(
    @Param('gateway') gateway: string,
    @UploadedFile() file: Upload | undefined,
    @Body() form: unknown,
    @Caller() caller: Actor,
  ): Promise<ReadBill> {
    const refuse = (code: string, message: string) => invalidInput([{ path: '/file', code, message }]);
    if (!file) throw refuse('missing_file', 'send the file in the form field "file"');
    const about = { gateway, file: file.buffer, day: readInput(billForm, form ?? {}).day ?? null };
    try {
      return found(await this.reconciliation.bill(about, whoIs(caller)));
    } catch (error) {
      if (error instanceof UnreadableSheet) throw refuse(error.code, error.message);
      throw error;
    }
  }

  /** Compares a day with what the gateway's receipts named. */
  @Post(':gateway/receipts')
  @HttpCode(200)
  @Needs('reconciliation')
  async receipts(
    @Param('gateway') gateway: string,
    @Body({ schema: receiptsBody }) body: z.output<typeof receiptsBody>,
    @Caller() caller: Actor,
  ): Promise<ReadBill> {
    return found(await this.reconciliation.receipts(gateway, body.day, whoIs(caller)));
  }

  @Post('differences/:id/explain')
  @HttpCode(200)
  @Needs('reconciliation')
  explain(
    @Param('id') id: string,
    @Body({ schema: noteBody }) body: z.output<typeof noteBody>,
    @Caller() caller: Actor,
  ) {
    return this.decide(id, 'explained', body.note, caller);
  }

  @Post('differences/:id/settle')
  @HttpCode(200)
  @Needs('reconciliation')
  settle(
    @Param('id') id: string,
    @Body({ schema: noteBody }) body: z.output<typeof noteBody>,
    @Caller() caller: Actor,
  ) {
    return this.decide(id, 'settled', body.note, caller);
  }

  private async decide(id: string, to: 'explained' | 'settled', note: string, caller: Actor) {
    const result = await this.reconciliation.decide(id, to, { note, by: whoIs(caller) });
    if (result.ok) return { id, status: to };
    throw result.error === 'notFound'
      ? notFound()
      : conflict('already_settled', 'This difference was decided already.');
  }
}

const whoIs = (caller: Actor) => ({ id: caller.id, name: caller.name });

const found = <T>(result: Result<T, 'notFound'>): T => {
  if (result.ok) return result.value;
  throw notFound();
};
