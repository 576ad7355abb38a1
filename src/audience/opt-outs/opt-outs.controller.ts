import { Body, Controller, Delete, Get, HttpCode, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { invalidInput, type InputMistake, type Page } from '../../platform/index.js';
import { optOutListSchema, optOutsSchema } from './opt-out.schemas.js';
import { OptOutDesk, type OptOutView } from './opt-out-desk.service.js';

@Controller('opt-outs')
export class OptOutsController {
  constructor(private readonly desk: OptOutDesk) {}

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
