import { Controller, Get, Param } from '@nestjs/common';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { whyInWords } from '../../library/index.js';
import { notFound } from '../../platform/index.js';
import { Reasons } from './reasons.service.js';

/** The check that an auditor makes: does the stored choice come out the same when it is made again? */
@Controller('deliveries')
export class ReasonsController {
  constructor(private readonly reasons: Reasons) {}

  @Get(':id/reason')
  @Needs('why')
  async reason(@Param('id') id: string, @Caller() caller: Actor) {
    const found = /^\d{1,15}$/.test(id) ? await this.reasons.recompute(Number(id), caller.scope) : null;
    if (!found) throw notFound();
    const shown = (choice: typeof found.recomputed) =>
      choice && {
        trick: choice.trick,
        scriptVersionId: String(choice.scriptVersionId),
        why: whyInWords(choice.why, 'zh', caller.mayReadSensitive),
      };
    return { agrees: found.agrees, stored: shown(found.stored), recomputed: shown(found.recomputed) };
  }
}
