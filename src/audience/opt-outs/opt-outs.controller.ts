import {
  Body, Controller, Delete, Get, HttpCode, Post, Put, Query, UploadedFile, UseInterceptors,
} from '@nestjs/common'; // prettier-ignore
import { FileInterceptor } from '@nestjs/platform-express';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { invalidInput, readInput, type InputMistake, type Page } from '../../platform/index.js';
import { UnreadableFile } from '../imports/table.js';
import { OptOutFile } from './opt-out-file.service.js';
import { optOutFormSchema, optOutListSchema, optOutsSchema } from './opt-out.schemas.js';
import { OptOutDesk, type OptOutLinesAnswer, type OptOutView } from './opt-out-desk.service.js';

@Controller('opt-outs')
export class OptOutsController {
  constructor(
    private readonly desk: OptOutDesk,
    private readonly files: OptOutFile,
  ) {}

  @Post('file')
  @HttpCode(200)
  @Needs('optOuts')
  @UseInterceptors(FileInterceptor('file'))
  async addFile(
    @UploadedFile() file: Pick<Express.Multer.File, 'filename'> | undefined,
    @Body() form: unknown,
    @Caller() caller: Actor,
  ): Promise<OptOutLinesAnswer> {
    if (!file)
      throw invalidInput([{ path: '/file', code: 'missing_file', message: 'send the file in the form field "file"' }]);
    try {
      return await this.files.take(
        file.filename,
        () => readInput(optOutFormSchema, form ?? {}).channel ?? null,
        caller,
      );
    } catch (error) {
      if (error instanceof UnreadableFile)
        throw invalidInput([{ path: '/file', code: error.code, message: error.message }]);
      throw error;
    }
  }

  @Put()
  @Needs('optOuts')
  async add(
    @Body({ schema: optOutsSchema }) body: z.output<typeof optOutsSchema>,
    @Caller() caller: Actor,
  ): Promise<{ added: number }> {
    const done = await this.desk.add(body, caller);
    if (!done.ok) throw invalidInput(done.detail as InputMistake[]);
    return done.value;
  }

  @Delete()
  @HttpCode(200)
  @Needs('optOuts')
  async remove(
    @Body({ schema: optOutsSchema }) body: z.output<typeof optOutsSchema>,
    @Caller() caller: Actor,
  ): Promise<{ removed: number }> {
    const done = await this.desk.remove(body, caller);
    if (!done.ok) throw invalidInput(done.detail as InputMistake[]);
    return done.value;
  }

  @Get()
  @Needs('optOuts.read')
  list(
    @Query({ schema: optOutListSchema }) query: z.output<typeof optOutListSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<OptOutView>> {
    return this.desk.list(caller.scope, query);
  }
}
