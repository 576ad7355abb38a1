import { Body, Controller, HttpCode, Post, Query, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../accounts/index.js';
import { invalidInput, readInput, type InputMistake } from '../platform/index.js';
import { SHEET_MAX_BYTES, UnreadableSheet } from '../platform/sheets/index.js';
import { incidentsForm, incidentsSchema } from './incident.schemas.js';
import { IncidentImports, type ImportedCases } from './incident-imports.service.js';
import { Incidents } from './incidents.service.js';

type Upload = Pick<Express.Multer.File, 'buffer'>;

@Controller('incidents')
export class IncidentsController {
  constructor(
    private readonly incidents: Incidents,
    private readonly imports: IncidentImports,
  ) {}

  @Post()
  @Needs('incidents')
  async record(
    @Body({ schema: incidentsSchema }) body: z.output<typeof incidentsSchema>,
    @Caller() caller: Actor,
  ): Promise<{ accepted: number }> {
    const recorded = await this.incidents.record(body.incidents, reporterOf(caller));
    if (!recorded.ok) throw invalidInput(recorded.detail as InputMistake[]);
    return recorded.value;
  }

  /** CSV or XLSX in the form field `file`; the columns are in docs/library.md. */
  @Post('imports')
  @HttpCode(200)
  @Needs('incidents')
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: SHEET_MAX_BYTES, files: 1 } }))
  async import(
    @UploadedFile() file: Upload | undefined,
    @Body() form: unknown,
    @Query({ schema: incidentsForm }) query: z.output<typeof incidentsForm>,
    @Caller() caller: Actor,
  ): Promise<ImportedCases> {
    const refuse = (code: string, message: string) => invalidInput([{ path: '/file', code, message }]);
    if (!file) throw refuse('missing_file', 'send the file in the form field "file"');
    const { dryRun } = readInput(incidentsForm, form ?? {});
    try {
      const about = { dryRun: dryRun || query.dryRun, reporter: reporterOf(caller) };
      return await this.imports.import(file.buffer, about);
    } catch (error) {
      if (error instanceof UnreadableSheet) throw refuse(error.code, error.message);
      throw error;
    }
  }
}

const reporterOf = (caller: Actor) => ({
  by: { id: caller.id, name: caller.name },
  township: caller.scope.township,
});
