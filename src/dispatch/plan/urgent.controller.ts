import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import { Caller, Idempotent, Needs, type Actor } from '../../accounts/index.js';
import { Campaigns } from '../../campaigns/index.js';
import { invalidInput, type InputMistake } from '../../platform/index.js';
import { Urgent } from './urgent.service.js';

const urgent = z.strictObject({
  trick: z.string().min(1).max(40),
  channel: z.enum(['sms', 'voice', 'email']).default('sms'),
  script: z.strictObject({ title: z.string().max(200).optional(), body: z.string().min(1).max(5000) }).optional(),
  townships: z.array(z.string().min(1).max(64)).min(1).max(200).optional(),
  name: z.string().trim().min(1).max(128).optional(),
  reason: z.string().trim().min(1).max(500),
});

/** New scam this morning: one call for the officer, one approval, and it is out. */
@Controller('campaigns/urgent')
export class UrgentController {
  constructor(
    private readonly urgent: Urgent,
    private readonly campaigns: Campaigns,
  ) {}

  @Post()
  @Needs('campaigns.write', 'scripts.write')
  @Idempotent()
  @HttpCode(201)
  async make(@Body({ schema: urgent }) body: z.output<typeof urgent>, @Caller() caller: Actor) {
    const made = await this.urgent.make(body, caller);
    if (!made.ok) throw invalidInput(made.detail as InputMistake[]);
    const { campaign, segmentId, scriptId, preflight } = made.value;
    return { campaign: await this.campaigns.view(campaign), segmentId, scriptId, preflight };
  }
}
