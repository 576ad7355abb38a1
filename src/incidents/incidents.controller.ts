import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../accounts/index.js';
import { invalidInput, type InputMistake } from '../platform/index.js';
import { incidentsSchema } from './incident.schemas.js';
import { Incidents } from './incidents.service.js';

@Controller('incidents')
export class IncidentsController {
  constructor(private readonly incidents: Incidents) {}

  @Post()
  @Needs('incidents')
  async record(
    @Body({ schema: incidentsSchema }) body: z.output<typeof incidentsSchema>,
    @Caller() caller: Actor,
  ): Promise<{ accepted: number }> {
    const recorded = await this.incidents.record(body.incidents, { by: caller, township: caller.scope.township });
    if (!recorded.ok) throw invalidInput(recorded.detail as InputMistake[]);
    return recorded.value;
  }
}
