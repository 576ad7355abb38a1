import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../accounts/index.js';
import { Clock, CountyTime, invalidInput } from '../platform/index.js';
import { spanSchema } from './campaign-request.schemas.js';
import { readSpan } from './span.js';
import { Tide, type Punctuality } from './tide.service.js';
import { tideRowView, type TideRowView } from './tide-view.js';

@Controller('tide')
export class TideController {
  constructor(
    private readonly tide: Tide,
    private readonly county: CountyTime,
    private readonly clock: Clock,
  ) {}

  /** Every due occurrence of the past and what is to come, with its lateness; by default 30 days back and ahead. */
  @Get()
  @Needs('tide')
  async table(
    @Query({ schema: spanSchema }) query: z.output<typeof spanSchema>,
    @Caller() caller: Actor,
  ): Promise<{ items: TideRowView[]; punctuality: Punctuality }> {
    const span = readSpan(query, this.county, this.clock.now());
    if (Array.isArray(span)) throw invalidInput(span);
    const { rows, punctuality } = await this.tide.table(span.from, span.to, caller.scope);
    return { items: rows.map((row) => tideRowView(row, this.county)), punctuality };
  }
}
