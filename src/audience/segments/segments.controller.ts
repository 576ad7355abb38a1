import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { conflict, invalidInput, notFound, Problem, type InputMistake, type Page } from '../../platform/index.js';
import { newSegmentSchema, previewSchema, segmentChangeSchema, segmentListSchema } from './segment.schemas.js';
import { SegmentViews, type Preview, type SegmentView } from './segment-views.service.js';
import { Segments, type SegmentRefusal } from './segments.service.js';

type Refusal = SegmentRefusal | 'badRule' | 'otherSubject' | 'inUse';

const problemOf = ({ error, detail }: { error: Refusal; detail?: unknown }): Problem => {
  switch (error) {
    case 'notFound':
      return notFound();
    case 'badRule':
      return invalidInput(detail as InputMistake[]);
    case 'otherSubject':
      return invalidInput([
        { path: '/of', code: 'unchangeable', message: 'what a segment selects does not change: make another segment' },
      ]);
    case 'inUse':
      return conflict('segment_in_use', 'Campaigns use this segment.', { campaigns: detail });
    case 'sensitive':
      return new Problem(403, 'forbidden', 'This segment is changed only by those who may read sensitive tags.');
    case 'othersSegment':
      return new Problem(
        403,
        'forbidden',
        'This segment belongs to the county: a township uses it and makes its own to change.',
      );
  }
};

@Controller('segments')
export class SegmentsController {
  constructor(
    private readonly segments: Segments,
    private readonly views: SegmentViews,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @Needs('segments.read')
  async preview(
    @Body({ schema: previewSchema }) body: z.output<typeof previewSchema>,
    @Caller() caller: Actor,
  ): Promise<Preview> {
    const preview = await this.views.preview(body, caller);
    if (!preview.ok) throw problemOf(preview);
    return preview.value;
  }

  @Get()
  @Needs('segments.read')
  async list(
    @Query({ schema: segmentListSchema }) query: z.output<typeof segmentListSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<SegmentView>> {
    const { cursor, limit, of } = query;
    const page = await this.segments.list(caller.scope, { after: cursor, limit, subject: of });
    return { items: await this.views.all(page.items, caller), nextCursor: page.nextCursor };
  }

  @Post()
  @Needs('segments.write')
  async create(
    @Body({ schema: newSegmentSchema }) body: z.output<typeof newSegmentSchema>,
    @Caller() caller: Actor,
  ): Promise<SegmentView> {
    const made = await this.segments.create(body, caller);
    if (!made.ok) throw problemOf(made);
    return this.views.view(made.value, caller);
  }

  @Get(':id')
  @Needs('segments.read')
  async one(@Param('id') id: string, @Caller() caller: Actor): Promise<SegmentView & { usedBy: string[] }> {
    const segment = await this.segments.get(id, caller.scope);
    if (!segment) throw notFound();
    return { ...(await this.views.view(segment, caller)), usedBy: await this.segments.usedBy(id) };
  }

  @Put(':id')
  @Needs('segments.write')
  async change(
    @Param('id') id: string,
    @Body({ schema: segmentChangeSchema }) body: z.output<typeof segmentChangeSchema>,
    @Caller() caller: Actor,
  ): Promise<SegmentView & { usedBy: string[] }> {
    const changed = await this.segments.change(id, body, caller);
    if (!changed.ok) throw problemOf(changed);
    return { ...(await this.views.view(changed.value, caller)), usedBy: await this.segments.usedBy(id) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('segments.write')
  async remove(@Param('id') id: string, @Caller() caller: Actor): Promise<void> {
    const removed = await this.segments.remove(id, caller);
    if (!removed.ok) throw problemOf(removed);
  }
}
