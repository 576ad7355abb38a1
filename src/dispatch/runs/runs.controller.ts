import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  MessageEvent,
  Param,
  Post,
  Query,
  Sse,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { concatMap, from, interval, startWith, takeWhile, type Observable } from 'rxjs';
import type { z } from 'zod';
import { Caller, Idempotent, Needs, type Actor } from '../../accounts/index.js';
import { RunControl, Runs } from '../../campaigns/index.js';
import { conflict, notFound, parseInstant } from '../../platform/index.js';
import { DeliveryViews } from './delivery-views.service.js';
import { RunViews, type RunView } from './run-views.service.js';
import { cutDeliveriesQuery, deliveriesQuery, remarkBody, runsQuery, uncertainBody } from './runs.schemas.js';
import { UncertainDecisions } from './uncertain.service.js';

const STREAM_EVERY_MS = 1000;
const isOver = (run: RunView): boolean => run.status === 'settled' || run.status === 'cancelled';

/** Asked before a stream begins: once its headers are on the wire no status can say that there is nothing. */
@Injectable()
export class RunIsThere implements CanActivate {
  constructor(private readonly runs: Runs) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params, actor } = context.switchToHttp().getRequest<{ params: { id: string }; actor: Actor }>();
    if (!(await this.runs.find(params.id, actor.scope))) throw notFound();
    return true;
  }
}

@Controller()
export class RunsController {
  constructor(
    private readonly runs: Runs,
    private readonly controls: RunControl,
    private readonly views: RunViews,
    private readonly deliveries: DeliveryViews,
    private readonly uncertain: UncertainDecisions,
  ) {}

  @Get('runs')
  @Needs('runs.read')
  async list(@Query({ schema: runsQuery }) query: z.output<typeof runsQuery>, @Caller() caller: Actor) {
    const page = await this.runs.list({
      scope: caller.scope,
      campaignId: query.campaignId,
      after: query.cursor,
      limit: query.limit,
    });
    return { items: await Promise.all(page.items.map((run) => this.views.view(run))), nextCursor: page.nextCursor };
  }

  @Get('runs/:id')
  @Needs('runs.read')
  async one(@Param('id') id: string, @Caller() caller: Actor): Promise<RunView> {
    const run = await this.views.find(id, caller.scope);
    if (!run) throw notFound();
    return run;
  }

  @Sse('runs/:id/stream')
  @Needs('runs.read')
  @UseGuards(RunIsThere)
  stream(@Param('id') id: string, @Caller() caller: Actor): Observable<MessageEvent> {
    return interval(STREAM_EVERY_MS).pipe(
      startWith(0),
      concatMap(() => from(this.one(id, caller))),
      takeWhile((run) => !isOver(run), true),
      concatMap((run) => from([{ data: run }])),
    );
  }

  @Get('runs/:id/deliveries')
  @Needs('runs.read')
  async ofRun(
    @Param('id') id: string,
    @Query({ schema: deliveriesQuery }) query: z.output<typeof deliveriesQuery>,
    @Caller() caller: Actor,
  ) {
    if (!(await this.runs.find(id, caller.scope))) throw notFound();
    return this.deliveries.list({ runId: id, ...query }, caller);
  }

  @Get('deliveries')
  @Needs('runs.read')
  ofCut(@Query({ schema: cutDeliveriesQuery }) query: z.output<typeof cutDeliveriesQuery>, @Caller() caller: Actor) {
    const { from: start, to, ...rest } = query;
    return this.deliveries.list(
      { ...rest, ...(start ? { from: parseInstant(start) ?? 0 } : {}), ...(to ? { to: parseInstant(to) ?? 0 } : {}) },
      caller,
    );
  }

  @Post('runs/:id/pause')
  @Needs('runs.control')
  @HttpCode(200)
  pause(
    @Param('id') id: string,
    @Body({ schema: remarkBody }) body: z.output<typeof remarkBody>,
    @Caller() caller: Actor,
  ) {
    return this.control('pause', id, { caller, reason: body.reason ?? body.remark });
  }

  @Post('runs/:id/resume')
  @Needs('runs.control')
  @HttpCode(200)
  resume(
    @Param('id') id: string,
    @Body({ schema: remarkBody }) body: z.output<typeof remarkBody>,
    @Caller() caller: Actor,
  ) {
    return this.control('resume', id, { caller, reason: body.reason ?? body.remark });
  }

  @Post('runs/:id/cancel')
  @Needs('runs.control')
  @HttpCode(200)
  cancel(
    @Param('id') id: string,
    @Body({ schema: remarkBody }) body: z.output<typeof remarkBody>,
    @Caller() caller: Actor,
  ) {
    return this.control('cancel', id, { caller, reason: body.reason ?? body.remark });
  }

  private async control(
    verb: 'pause' | 'resume' | 'cancel',
    id: string,
    { caller, reason }: { caller: Actor; reason: string | undefined },
  ) {
    const result = await this.controls[verb](id, caller, reason);
    if (!result.ok)
      throw result.error === 'notFound'
        ? notFound()
        : conflict('illegal_move', `The run's state does not allow to ${verb} it.`);
    return this.one(id, caller);
  }

  @Post('runs/:id/uncertain')
  @Needs('uncertain')
  @Idempotent()
  @HttpCode(200)
  async decide(
    @Param('id') id: string,
    @Body({ schema: uncertainBody }) body: z.output<typeof uncertainBody>,
    @Caller() caller: Actor,
  ) {
    const result = await this.uncertain.decide(id, body, caller);
    if (!result.ok)
      throw result.error === 'notFound'
        ? notFound()
        : conflict('run_ended', 'The run has ended; nothing of it is sent again.');
    return { ...(await this.one(id, caller)), decided: result.value };
  }
}
