import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { conflict, invalidInput, notFound, parseInstant } from '../../platform/index.js';
import { Tasks } from './tasks.service.js';

const instant = z.string().transform((text, ctx) => {
  const at = parseInstant(text);
  if (at !== null) return at;
  ctx.addIssue({ code: 'custom', message: 'an ISO 8601 instant with its offset', params: { code: 'invalid_date' } });
  return z.NEVER;
});
const tasksQuery = z.object({
  mine: z.enum(['true', 'false', '1', '0']).optional(),
  status: z.enum(['open', 'done']).optional(),
  overdue: z.enum(['true', 'false', '1', '0']).optional(),
  cursor: z.string().max(26).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const doneBody = z.strictObject({
  outcome: z.string().min(1).max(16),
  note: z.string().max(1000).optional(),
  appInstalled: z.boolean().optional(),
  place: z.string().trim().min(1).max(200).optional(),
  at: instant.optional(),
});

const isYes = (word: string | undefined): boolean => word === 'true' || word === '1';

@Controller('tasks')
export class TasksController {
  constructor(private readonly tasks: Tasks) {}

  @Get()
  @Needs('tasks')
  list(@Query({ schema: tasksQuery }) query: z.output<typeof tasksQuery>, @Caller() caller: Actor) {
    const { mine, overdue, ...rest } = query;
    return this.tasks.list({ ...rest, mine: isYes(mine), overdue: isYes(overdue) }, caller);
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
    if (result.error === 'notYet')
      throw invalidInput([{ path: '/at', code: 'in_the_future', message: 'a moment that has been' }]);
    throw invalidInput([
      { path: '/outcome', code: 'wrong_outcome', message: `one of ${(result.detail as string[]).join(', ')}` },
    ]);
  }
}
