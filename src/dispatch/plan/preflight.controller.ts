import {
  Body,
  Controller,
  HttpCode,
  Injectable,
  Param,
  Post,
  Sse,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type MessageEvent,
} from '@nestjs/common';
import { Observable } from 'rxjs';
import { z } from 'zod';
import { Caller, Idempotent, Needs, type Actor } from '../../accounts/index.js';
import { campaignProblem, Campaigns } from '../../campaigns/index.js';
import { CHANNELS } from '../../gateways/index.js';
import { invalidInput, notFound, type InputMistake } from '../../platform/index.js';
import { Preflights, type PreflightRefusal } from './preflights.service.js';
import { TestSends } from './test-sends.service.js';

const remark = z.strictObject({ remark: z.string().trim().max(500).optional() }).default({});
const testSend = z.strictObject({
  to: z.string().min(3).max(64),
  channel: z.enum(CHANNELS),
  trick: z.string().max(40).optional(),
});

/** Asked before a stream begins: once its headers are on the wire no status can say that there is nothing. */
@Injectable()
export class CampaignIsThere implements CanActivate {
  constructor(private readonly campaigns: Campaigns) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params, actor } = context.switchToHttp().getRequest<{ params: { id: string }; actor: Actor }>();
    if (!(await this.campaigns.find(params.id, actor.scope))) throw notFound();
    return true;
  }
}

/** Routes under a campaign that need the plan: what it would do, its submission with that, and a test to one's own phone. */
@Controller('campaigns/:id')
export class PreflightController {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly preflights: Preflights,
    private readonly tests: TestSends,
  ) {}

  @Post('preview')
  @Needs('campaigns.read')
  @HttpCode(200)
  async preview(@Param('id') id: string, @Caller() caller: Actor) {
    return refuse(await this.preflights.of(id, caller));
  }

  /** The same with its progress: events `progress` with a share, then one `preflight` or one `refused` with the mistakes. */
  @Sse('preview/stream')
  @Needs('campaigns.read')
  @UseGuards(CampaignIsThere)
  previewStream(@Param('id') id: string, @Caller() caller: Actor): Observable<MessageEvent> {
    return new Observable((out) => {
      const onProgress = (share: number) => out.next({ type: 'progress', data: { progress: share } });
      this.preflights.of(id, caller, { onProgress }).then(
        (result) => {
          out.next(
            result.ok
              ? { type: 'preflight', data: result.value }
              : { type: 'refused', data: { errors: result.detail ?? [] } },
          );
          out.complete();
        },
        (error: unknown) => out.error(error),
      );
    });
  }

  @Post('submit')
  @Needs('campaigns.write')
  @HttpCode(200)
  async submit(
    @Param('id') id: string,
    @Body({ schema: remark }) _body: z.output<typeof remark>,
    @Caller() caller: Actor,
  ) {
    const preflight = refuse(await this.preflights.forSubmission(id, caller));
    const result = await this.campaigns.submit(id, caller, { ...preflight });
    if (!result.ok) throw campaignProblem(result);
    return this.campaigns.view(result.value);
  }

  @Post('test-send')
  @Needs('campaigns.run')
  @Idempotent()
  @HttpCode(202)
  async testSend(
    @Param('id') id: string,
    @Body({ schema: testSend }) body: z.output<typeof testSend>,
    @Caller() caller: Actor,
  ) {
    const result = await this.tests.send(id, body, caller);
    if (result.ok) return { deliveryId: String(result.value) };
    if (result.error === 'notFound') throw notFound();
    throw invalidInput([result.detail as InputMistake]);
  }
}

const refuse = <T>(result: { ok: true; value: T } | { ok: false; error: PreflightRefusal; detail?: unknown }): T => {
  if (result.ok) return result.value;
  if (result.error === 'notFound') throw notFound();
  throw invalidInput(result.detail as InputMistake[]);
};
