import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Idempotent, Needs, type Actor } from '../../accounts/index.js';
import { postEventsSchema } from './event.schemas.js';
import { PersonEvents, type EventsAnswer } from './person-events.service.js';

@Controller('events')
export class EventsController {
  constructor(private readonly events: PersonEvents) {}

  @Post()
  @HttpCode(200)
  @Idempotent()
  @Needs('events')
  receive(
    @Body({ schema: postEventsSchema }) body: z.output<typeof postEventsSchema>,
    @Caller() caller: Actor,
  ): Promise<EventsAnswer> {
    return this.events.receive(body.events, { by: { id: caller.id, name: caller.name }, scope: caller.scope });
  }
}
