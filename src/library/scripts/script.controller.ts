import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { conflict, invalidInput, notFound, type InputMistake, type Page, type Result } from '../../platform/index.js';
import { Wordings } from '../wordings.service.js';
import { ScriptRepository, type ScriptRecord } from './script.repository.js';
import { mayReviewTranslation } from '../languages/languages.controller.js';
import { checkSchema, compareQuery, moveSchema, scriptSchema, scriptsQuery, versionSchema } from './script.schemas.js';
import { ScriptView, type ScriptAnswer } from './script-view.service.js';
import { Scripts, type MoveRefusal } from './scripts.service.js';

type Move = z.output<typeof moveSchema>;

@Controller('library/scripts')
export class ScriptController {
  constructor(
    private readonly scripts: Scripts,
    private readonly records: ScriptRepository,
    private readonly wordings: Wordings,
    private readonly view: ScriptView,
  ) {}

  @Get()
  @Needs('library.read')
  async list(@Query({ schema: scriptsQuery }) query: z.output<typeof scriptsQuery>): Promise<Page<ScriptAnswer>> {
    const { items, nextCursor } = await this.records.page(query);
    return { items: items.map((script) => this.view.of(script)), nextCursor };
  }

  @Post()
  @Needs('scripts.write')
  async create(
    @Body({ schema: scriptSchema }) body: z.output<typeof scriptSchema>,
    @Caller() caller: Actor,
  ): Promise<ScriptAnswer> {
    return this.answer(await this.scripts.create(body, caller));
  }

  @Post('check')
  @HttpCode(200)
  @Needs('library.read')
  check(@Body({ schema: checkSchema }) { sample, ...wording }: z.output<typeof checkSchema>) {
    return this.view.checked(this.wordings.check({ ...wording, title: wording.title ?? null }, sample));
  }

  @Get(':id')
  @Needs('library.read')
  async get(@Param('id') id: string): Promise<ScriptAnswer> {
    const script = await this.scripts.find(id);
    if (!script) throw notFound();
    return this.view.whole(script);
  }

  @Get(':id/compare')
  @Needs('library.read')
  async compare(@Param('id') id: string, @Query({ schema: compareQuery }) query: z.output<typeof compareQuery>) {
    const script = await this.scripts.find(id);
    const compared = script && this.view.compared(script, query.from, query.to);
    if (!compared) throw notFound();
    return compared;
  }

  @Post(':id/versions')
  @Needs('scripts.write')
  async version(
    @Param('id') id: string,
    @Body({ schema: versionSchema }) body: z.output<typeof versionSchema>,
    @Caller() caller: Actor,
  ): Promise<ScriptAnswer> {
    return this.answer(await this.scripts.addVersion(id, body, caller));
  }

  @Post(':id/submit')
  @HttpCode(200)
  @Needs('scripts.write')
  async submit(@Param('id') id: string, @Caller() caller: Actor): Promise<ScriptAnswer> {
    return this.answer(await this.scripts.submit(id, caller));
  }

  /** By somebody who writes or approves scripts and did not write this one. */
  @Post(':id/review-translation')
  @HttpCode(200)
  @Needs('library.read')
  async reviewTranslation(@Param('id') id: string, @Caller() caller: Actor): Promise<ScriptAnswer> {
    mayReviewTranslation(caller);
    return this.answer(await this.scripts.reviewTranslation(id, caller));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Needs('scripts.approve')
  async approve(
    @Param('id') id: string,
    @Body({ schema: moveSchema }) { remark }: Move,
    @Caller() caller: Actor,
  ): Promise<ScriptAnswer> {
    return this.answer(await this.scripts.approve(id, caller, remark));
  }

  @Post(':id/return')
  @HttpCode(200)
  @Needs('scripts.approve')
  async return(
    @Param('id') id: string,
    @Body({ schema: moveSchema }) { remark }: Move,
    @Caller() caller: Actor,
  ): Promise<ScriptAnswer> {
    return this.answer(await this.scripts.return(id, caller, remark));
  }

  @Post(':id/retire')
  @HttpCode(200)
  @Needs('scripts.approve')
  async retire(
    @Param('id') id: string,
    @Body({ schema: moveSchema }) { remark }: Move,
    @Caller() caller: Actor,
  ): Promise<ScriptAnswer> {
    return this.answer(await this.scripts.retire(id, caller, remark));
  }

  private answer(result: Result<ScriptRecord, MoveRefusal | 'invalid'>): ScriptAnswer {
    if (result.ok) return this.view.whole(result.value);
    switch (result.error) {
      case 'notFound':
        throw notFound();
      case 'invalid':
        throw invalidInput(result.detail as InputMistake[]);
      case 'ownScript':
        throw conflict('own_script', 'Nobody approves what they wrote themselves; ask somebody else with the right.');
      case 'illegalMove':
        throw conflict('illegal_move', 'No version of this script is in a state that allows it.');
      case 'translationUnreviewed':
        throw conflict('translation_unreviewed', 'Nobody has read this translation against the Chinese yet.');
      default:
        return result.error satisfies never;
    }
  }
}
