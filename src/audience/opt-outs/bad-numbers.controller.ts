import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { notFound, type Page } from '../../platform/index.js';
import { BadNumbers, type BadNumber } from './bad-numbers.service.js';
import { badNumbersListSchema, reinstateSchema } from './opt-out.schemas.js';

@Controller('bad-numbers')
export class BadNumbersController {
  constructor(private readonly badNumbers: BadNumbers) {}

  @Get()
  @Needs('people.read')
  list(
    @Query({ schema: badNumbersListSchema }) query: z.output<typeof badNumbersListSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<BadNumber>> {
    return this.badNumbers.list(query, caller);
  }

  @Post('reinstate')
  @HttpCode(204)
  @Needs('people.write')
  async reinstate(
    @Body({ schema: reinstateSchema }) body: z.output<typeof reinstateSchema>,
    @Caller() caller: Actor,
  ): Promise<void> {
    const done = await this.badNumbers.reinstate(body, caller);
    if (!done.ok) throw notFound();
  }
}
