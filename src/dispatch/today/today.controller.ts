import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { matching, todayPage } from './today.js';
import { Today } from './today.service.js';

const todayQuery = z.object({ q: z.string().max(80).optional(), format: z.enum(['json', 'html']).optional() });

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** 今日话术, for everybody who is asked whether a message is ours: the 96110 desk, stations, grid workers. */
@Controller('library/today')
export class TodayController {
  constructor(private readonly today: Today) {}

  /** JSON, or for a browser the printable page. `q`: some words that the caller reads out. */
  @Get()
  @Needs()
  async get(
    @Query({ schema: todayQuery }) { q, format }: z.output<typeof todayQuery>,
    @Headers('accept') accept: string | undefined,
    @Caller() caller: Actor,
    @Res({ passthrough: true }) response: Response,
  ) {
    const view = await this.today.view(caller);
    response.setHeader('Cache-Control', 'no-store');
    const wantsPage = format === 'html' || (format === undefined && (accept ?? '').includes('text/html'));
    if (!wantsPage) return { ...view, items: matching(view.items, q) };
    response.type('text/html; charset=utf-8').setHeader('Content-Security-Policy', POLICY);
    return todayPage(view, q);
  }
}
