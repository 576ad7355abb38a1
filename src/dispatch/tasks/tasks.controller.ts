import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { conflict, invalidInput, notFound } from '../../platform/index.js';
import { Tasks } from './tasks.service.js';

const tasksQuery = z.object({
  mine: z.enum(['true', 'false', '1', '0']).optional(),
  status: z.enum(['open', 'done']).optional(),
  cursor: z.string().max(26).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const doneBody = z.strictObject({
  outcome: z.string().min(1).max(16),
  note: z.string().max(1000).optional(),
  appInstalled: z.boolean().optional(),
});

@Controller('tasks')
export class TasksController {
  constructor(private readonly tasks: Tasks) {}

  @Get()
  @Needs('tasks')
  list(@Query({ schema: tasksQuery }) query: z.output<typeof tasksQuery>, @Caller() caller: Actor) {
    const { mine, ...rest } = query;
    return this.tasks.list({ ...rest, mine: mine === 'true' || mine === '1' }, caller);
  }

  @Post(':id/done')
  @Needs('tasks')
  @HttpCode(200)
  async done(
    @Param('id') id: string,
    @Body({ schema: doneBody }) body: z.output<typeof doneBody>,
    @Caller() caller: Actor,
  ) {
    const result = await this.tasks.done(id, body, caller);
    if (result.ok) return { id, status: 'done' };
    if (result.error === 'notFound') throw notFound();
    if (result.error === 'alreadyDone') throw conflict('already_done', 'This task was reported already.');
    throw invalidInput([
      { path: '/outcome', code: 'wrong_outcome', message: `one of ${(result.detail as string[]).join(', ')}` },
    ]);
  }
}
