import { All, Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Caller, Needs, Open, type Actor } from '../accounts/index.js';
import { conflict, notFound, Problem } from '../platform/index.js';
import { addressOf } from '../platform/proxy.js';
import { Intake } from './intake.service.js';
import { Unmatched } from './unmatched.service.js';
import { UplinkInbox } from './uplink-inbox.service.js';

const listQuery = z.object({
  status: z.enum(['open', 'handled']).optional(),
  cursor: z.string().max(26).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const inboxQuery = listQuery.extend({
  alarm: z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .optional(),
});
const handledBody = z.strictObject({ note: z.string().trim().max(1000).optional() }).default({});

const flat = (values: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([k, v]) =>
      typeof v === 'string' ? [[k, v]] : Array.isArray(v) ? [[k, String(v[0])]] : [],
    ),
  );

/** Where gateways push. They sign in by token, address or signature, not as users. */
@Controller()
export class ReceiptsController {
  constructor(
    private readonly intake: Intake,
    private readonly inbox: UplinkInbox,
    private readonly unmatched: Unmatched,
  ) {}

  @All('receipts/:gateway')
  @Open()
  byAddress(@Param('gateway') gateway: string, @Req() request: Request, @Res() response: Response) {
    return this.take({ gateway, token: null }, request, response);
  }

  @All('receipts/:gateway/:token')
  @Open()
  byToken(
    @Param('gateway') gateway: string,
    @Param('token') token: string,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    return this.take({ gateway, token }, request, response);
  }

  private async take(
    { gateway, token }: { gateway: string; token: string | null },
    request: Request,
    response: Response,
  ): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'POST')
      throw new Problem(405, 'method_not_allowed', 'GET or POST');
    const result = await this.intake.push(
      gateway,
      {
        method: request.method,
        headers: flat(request.headers),
        query: flat(request.query),
        body: typeof request.body === 'string' ? request.body : '',
      },
      { token, address: addressOf(request) },
    );
    if (result.ok) {
      const { status, contentType, body } = result.value;
      response.status(status).type(contentType).send(body);
      return;
    }
    if (result.error === 'notFound') throw notFound();
    if (result.error === 'forged') throw new Problem(403, 'forged', 'This push is not authentic.');
    throw new Problem(400, 'unreadable', 'This push cannot be read.');
  }

  @Get('receipts-unmatched')
  @Needs('receiptsUnmatched')
  listUnmatched(@Query({ schema: listQuery }) query: z.output<typeof listQuery>) {
    return this.unmatched.list(query.cursor, query.limit);
  }

  @Get('uplinks')
  @Needs('uplinks')
  listUplinks(@Query({ schema: inboxQuery }) query: z.output<typeof inboxQuery>, @Caller() caller: Actor) {
    return this.inbox.list(query, caller);
  }

  @Post('uplinks/:id/handled')
  @Needs('uplinks')
  @HttpCode(200)
  async handled(
    @Param('id') id: string,
    @Body({ schema: handledBody }) body: z.output<typeof handledBody>,
    @Caller() caller: Actor,
  ) {
    const result = await this.inbox.handled(id, body.note, caller);
    if (result.ok) return { id, status: 'handled' };
    throw result.error === 'notFound' ? notFound() : conflict('already_handled', 'This reply was handled already.');
  }
}
