import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Needs } from '../accounts/index.js';
import { campaignProblem } from './campaign.problems.js';
import { datesSchema } from './campaign.schemas.js';
import { DatesAhead, type Dates } from './dates-ahead.service.js';

@Controller('campaigns')
export class DatesController {
  constructor(private readonly dates: DatesAhead) {}

  /** The next dates of a cadence, asked while it is designed: only the server knows the county's calendar and windows. */
  @Post('dates')
  @HttpCode(200)
  @Needs('campaigns.read')
  ahead(@Body({ schema: datesSchema }) body: z.output<typeof datesSchema>): Dates {
    const dates = this.dates.of(body);
    if (!dates.ok) throw campaignProblem(dates);
    return dates.value;
  }
}
