import { Body, Controller, Get, HttpCode, Post, Query, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { invalidInput, Problem, readInput, type InputMistake } from '../../platform/index.js';
import { readSheets, SHEET_MAX_BYTES, UnreadableSheet } from '../../platform/sheets/index.js';
import { shippedTaxonomy } from '../shipped.loader.js';
import { importFormat } from './own-list-format.js';
import { listOfSheets, type ReadList } from './own-list-file.js';
import { ownListForm, ownListSchema } from './own-list.schemas.js';
import { OwnLists, type ImportedList } from './own-list.service.js';

type Upload = Pick<Express.Multer.File, 'buffer' | 'originalname'>;
type How = z.output<typeof ownListForm>;

const NO_ROWS: ReadonlyMap<string, string> = new Map();

/** A mistake of a workbook names its sheet and row, too. */
const placed = (mistakes: readonly InputMistake[], rows: ReadonlyMap<string, string>): InputMistake[] =>
  mistakes.map((mistake) => {
    const row = rows.get(/^\/\w+\/\d+/.exec(mistake.path)?.[0] ?? '');
    return row ? { ...mistake, message: `${row}: ${mistake.message}` } : mistake;
  });

@Controller('library')
export class OwnListController {
  constructor(private readonly lists: OwnLists) {}

  @Get('import-format')
  @Needs('library.read')
  format() {
    return importFormat(shippedTaxonomy);
  }

  /** The file as a form field, or the JSON itself as the body. All of it is taken or nothing. */
  @Post('imports')
  @HttpCode(200)
  @Needs('scripts.write')
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: SHEET_MAX_BYTES, files: 1 } }))
  async import(
    @UploadedFile() file: Upload | undefined,
    @Body() body: unknown,
    @Query({ schema: ownListForm }) query: How,
    @Caller() caller: Actor,
  ): Promise<ImportedList> {
    if (caller.scope.township !== null)
      throw new Problem(403, 'forbidden', 'The list of types and tricks is the whole county’s.');
    const form = file ? readInput(ownListForm, body ?? {}) : query;
    const { list, rows } = file ? await this.read(file.buffer) : { list: body ?? {}, rows: NO_ROWS };
    try {
      const imported = await this.lists.import(readInput(ownListSchema, list), {
        dryRun: form.dryRun || query.dryRun,
        whole: form.whole || query.whole,
        by: { id: caller.id, name: caller.name },
      });
      if (imported.ok) return imported.value;
      throw invalidInput(imported.detail as InputMistake[]);
    } catch (error) {
      if (error instanceof Problem && Array.isArray(error.extra.errors))
        throw invalidInput(placed(error.extra.errors as InputMistake[], rows));
      throw error;
    }
  }

  private async read(file: Buffer): Promise<{ list: unknown; rows: ReadList['rows'] }> {
    const refuse = (code: string, message: string) => invalidInput([{ path: '/file', code, message }]);
    const first = file
      .toString('utf8', 0, 64)
      .replace(/^\ufeff/, '')
      .trimStart()[0];
    if (first === '{') {
      try {
        return { list: JSON.parse(file.toString('utf8').replace(/^\ufeff/, '')), rows: NO_ROWS };
      } catch {
        throw refuse('not_json', 'The file cannot be read as JSON.');
      }
    }
    try {
      return listOfSheets(await readSheets(file));
    } catch (error) {
      if (error instanceof UnreadableSheet) throw refuse(error.code, error.message);
      throw error;
    }
  }
}
