import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  StreamableFile,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { conflict, invalidInput, notFound, readInput, type Page } from '../../platform/index.js';
import { importFormSchema, listImportsSchema, listMistakesSchema } from './import.schemas.js';
import { ImportRejects, type RowMistakes } from './import-rejects.service.js';
import { Imports, type ImportView } from './imports.service.js';
import { UploadStore } from './upload.repository.js';

type Upload = Pick<Express.Multer.File, 'filename' | 'originalname' | 'size'>;

@Controller('people/imports')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly refused: ImportRejects,
    private readonly uploads: UploadStore,
  ) {}

  @Post()
  @HttpCode(202)
  @Needs('imports')
  @UseInterceptors(FileInterceptor('file'))
  async start(
    @UploadedFile() file: Upload | undefined,
    @Body() form: unknown,
    @Caller() caller: Actor,
  ): Promise<{ id: string; status: string }> {
    if (!file)
      throw invalidInput([{ path: '/file', code: 'missing_file', message: 'send the file in the form field "file"' }]);
    try {
      const { mapping, dryRun, ...grounds } = readInput(importFormSchema, form ?? {});
      if (file.size === 0) throw invalidInput([{ path: '/file', code: 'empty_file', message: 'the file is empty' }]);
      const upload = { id: file.filename, bytes: file.size, fileName: file.originalname, mapping, dryRun, grounds };
      return await this.imports.start(upload, { id: caller.id, name: caller.name }, caller.scope);
    } catch (error) {
      if (!(await this.imports.find(file.filename, caller))) await this.uploads.remove(file.filename);
      throw error;
    }
  }

  @Get()
  @Needs('imports')
  list(
    @Query({ schema: listImportsSchema }) query: z.output<typeof listImportsSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<ImportView>> {
    return this.imports.list(query, caller);
  }

  @Get(':id')
  @Needs('imports')
  async one(@Param('id') id: string, @Caller() caller: Actor): Promise<ImportView> {
    const job = await this.imports.find(id, caller);
    if (!job) throw notFound();
    return job;
  }

  @Get(':id/rejects')
  @Needs('imports')
  async rejects(@Param('id') id: string, @Caller() caller: Actor): Promise<StreamableFile> {
    const pages = await this.refused.rejects(id, caller);
    if (!pages.ok) throw notFound();
    return new StreamableFile(Readable.from(pages.value, { objectMode: false }), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="rejects-${id}.csv"`,
    });
  }

  @Get(':id/mistakes')
  @Needs('imports')
  async mistakes(
    @Param('id') id: string,
    @Query({ schema: listMistakesSchema }) query: z.output<typeof listMistakesSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<RowMistakes>> {
    const page = await this.refused.mistakePage(id, query, caller);
    if (!page.ok) throw notFound();
    return page.value;
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Needs('imports')
  async cancel(@Param('id') id: string, @Caller() caller: Actor): Promise<ImportView> {
    const cancelled = await this.imports.cancel(id, caller);
    if (cancelled.ok) return cancelled.value;
    if (cancelled.error === 'notFound') throw notFound();
    throw conflict('import_finished', 'This import is over already.');
  }
}
