import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { conflict, invalidInput, notFound, type Page } from '../../platform/index.js';
import { numbered } from '../people/path-id.js';
import { decideConflictSchema, listConflictsSchema } from './conflict.schemas.js';
import { Conflicts, type ConflictView, type DecideRefusal } from './conflicts.service.js';

const problem = (refusal: DecideRefusal): Error => {
  switch (refusal) {
    case 'notFound':
      return notFound();
    case 'decided':
      return conflict('conflict_decided', 'Somebody has decided this already.');
    case 'gone':
      return conflict('conflict_gone', 'These two do not share a number any more: there is nothing to decide.');
    case 'notOfThese':
      return invalidInput([{ path: '/keep', code: 'not_of_these', message: 'the id of one of the two' }]);
    default:
      return refusal satisfies never;
  }
};

@Controller('people/conflicts')
export class ConflictsController {
  constructor(private readonly conflicts: Conflicts) {}

  @Get()
  @Needs('imports')
  list(
    @Query({ schema: listConflictsSchema }) query: z.output<typeof listConflictsSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<ConflictView>> {
    return this.conflicts.list(query, caller);
  }

  @Post(':id/decide')
  @HttpCode(200)
  @Needs('imports')
  async decide(
    @Param('id') id: string,
    @Body({ schema: decideConflictSchema }) body: z.output<typeof decideConflictSchema>,
    @Caller() caller: Actor,
  ): Promise<ConflictView> {
    const decided = await this.conflicts.decide(numbered(id), body, caller);
    if (!decided.ok) throw problem(decided.error);
    return decided.value;
  }
}
