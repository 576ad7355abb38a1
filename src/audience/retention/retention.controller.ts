import { Controller, Get } from '@nestjs/common';
import { Needs } from '../../accounts/index.js';
import { Retention, type Kept } from './retention.service.js';

@Controller('retention')
export class RetentionController {
  constructor(private readonly retention: Retention) {}

  /** The periods, and what today's run would forget; nothing is forgotten here. */
  @Get()
  @Needs('audit')
  async dryRun(): Promise<{ items: Kept[] }> {
    return { items: await this.retention.dryRun() };
  }
}
