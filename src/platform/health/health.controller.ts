import { Controller, Get, Req, Res, SetMetadata } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { Database, Leases, troubleOf } from '../database/index.js';
import { Problem } from '../problem/index.js';
import { isFromHere } from '../proxy.js';

/** The accounts room closes every route that declares no right; platform knows no room, so it says so by the key. */
const NoSignIn = () => SetMetadata('tidecall:open', true);

/** For the machine's own watchers: no sign-in, hence to this machine only, and not to what a proxy on it passes on. */
@Controller()
@NoSignIn()
export class HealthController {
  private readonly registry = new Registry();

  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
  ) {
    collectDefaultMetrics({ register: this.registry, prefix: 'tidecall_' });
  }

  /** The process answers. */
  @Get('health/live')
  live(@Req() request: Request) {
    this.fromHereOnly(request);
    return { status: 'ok' };
  }

  /** The process can work: its database answers, and takes what is written to it. */
  @Get('health/ready')
  async ready(@Req() request: Request) {
    this.fromHereOnly(request);
    try {
      await this.database.query('SELECT 1');
    } catch {
      throw new Problem(503, 'database_unreachable', 'The database does not answer.');
    }
    if (this.database.writeTrouble !== null) await this.tryToWrite();
    return { status: 'ok' };
  }

  /** A transaction failed, and a process may have nothing else to write: whether that is over is tried out. */
  private async tryToWrite(): Promise<void> {
    try {
      await this.leases.take('health', 'ready', 0);
      this.database.forgetTrouble();
    } catch (error) {
      const code = troubleOf(error) ?? 'unknown';
      throw new Problem(503, 'database_not_writable', `The database can be read and not written: ${code}.`);
    }
  }

  @Get('metrics')
  async metrics(@Req() request: Request, @Res() response: Response): Promise<void> {
    this.fromHereOnly(request);
    response.type(this.registry.contentType).send(await this.registry.metrics());
  }

  private fromHereOnly(request: Request): void {
    if (!isFromHere(request)) throw new Problem(404, 'not_found', 'There is no such thing.');
  }
}
