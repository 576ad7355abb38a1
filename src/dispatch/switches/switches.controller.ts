import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { Alarms, conflict, CountyTime, notFound } from '../../platform/index.js';
import { EVERYTHING, Switches } from './switches.service.js';

@Controller()
export class SwitchesController {
  constructor(
    private readonly switches: Switches,
    private readonly alarms: Alarms,
    private readonly county: CountyTime,
  ) {}

  @Get('gateways')
  @Needs('gateways.read')
  async list() {
    return { items: await this.switches.list(), nextCursor: null };
  }

  @Post('gateways/:key/stop')
  @Needs('gateways.stop')
  @HttpCode(200)
  stop(@Param('key') key: string, @Caller() caller: Actor) {
    return this.stopped(key, caller);
  }

  @Post('stop-everything')
  @Needs('gateways.stop')
  @HttpCode(200)
  stopEverything(@Caller() caller: Actor) {
    return this.stopped(EVERYTHING, caller);
  }

  @Post('gateways/:key/start')
  @Needs('gateways.start')
  start(@Param('key') key: string, @Caller() caller: Actor, @Res({ passthrough: true }) response: Response) {
    return this.started(key, caller, response);
  }

  @Post('start-everything')
  @Needs('gateways.start')
  startEverything(@Caller() caller: Actor, @Res({ passthrough: true }) response: Response) {
    return this.started(EVERYTHING, caller, response);
  }

  @Get('alarms')
  @Needs('alarms')
  async listAlarms() {
    const open = await this.alarms.open();
    return {
      items: open.map((a) => ({
        id: a.id,
        kind: a.kind,
        subject: a.subject,
        text: a.text,
        times: a.times,
        raisedAt: this.county.iso(a.raisedAt),
        lastAt: this.county.iso(a.lastAt),
      })),
      nextCursor: null,
    };
  }

  private async stopped(key: string, caller: Actor) {
    const result = await this.switches.stop(key, caller);
    if (!result.ok) throw notFound();
    return { stopped: key };
  }

  private async started(key: string, caller: Actor, response: Response) {
    const result = await this.switches.start(key, caller);
    if (!result.ok) throw result.error === 'notFound' ? notFound() : conflict('not_stopped', 'It is not stopped.');
    response.status(result.value === 'started' ? 200 : 202);
    return result.value === 'started' ? { started: key } : { needs: 'second person' };
  }
}
