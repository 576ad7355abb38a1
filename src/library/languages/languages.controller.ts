import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import { Caller, may, Needs, type Actor } from '../../accounts/index.js';
import {
  conflict,
  CountyTime,
  invalidInput,
  notFound,
  Problem,
  readInput,
  type InputMistake,
  type Result,
} from '../../platform/index.js';
import { language as languageSchema } from '../scripts/script.schemas.js';
import { Shelves } from '../shelf.service.js';
import { Sentences, type SentenceRecord, type SentenceRefusal } from './sentences.service.js';

const bodySchema = z.strictObject({ text: z.string().trim().min(1).max(300) });
const tag = z.strictObject({ language: languageSchema });

/** Throws a 403 for those who neither write nor approve scripts. */
export function mayReviewTranslation(caller: Actor): void {
  if (!may(caller, 'scripts.write') && !may(caller, 'scripts.approve'))
    throw new Problem(403, 'forbidden', 'A translation is reviewed by somebody who writes or approves scripts.');
}

@Controller('library/languages')
export class LanguagesController {
  constructor(
    private readonly sentences: Sentences,
    private readonly shelves: Shelves,
    private readonly county: CountyTime,
  ) {}

  /** Languages with an approved script or a sentence: how many scripts, which sentence, and whether its translation was read. */
  @Get()
  @Needs('library.read')
  async list() {
    const shelf = await this.shelves.now();
    const sentences = await this.sentences.all();
    const languages = new Set([...shelf.scripts, ...sentences].map((one) => one.language));
    const items = [...languages].sort().map((language) => {
      const its = sentences.filter((sentence) => sentence.language === language);
      return {
        language,
        scripts: shelf.scripts.filter((script) => script.language === language).length,
        sentence: its.find((sentence) => sentence.status === 'approved')?.text ?? null,
        versions: its.map((sentence) => this.shown(sentence)),
      };
    });
    return { items, nextCursor: null };
  }

  @Put(':language/sentence')
  @Needs('scripts.write')
  async write(
    @Param('language') language: string,
    @Body({ schema: bodySchema }) { text }: z.output<typeof bodySchema>,
    @Caller() caller: Actor,
  ) {
    readInput(tag, { language });
    return this.answer(await this.sentences.write(language, text, caller));
  }

  /** By somebody who writes or approves scripts and did not write this one. */
  @Post(':language/sentence/review-translation')
  @HttpCode(200)
  @Needs('library.read')
  async review(@Param('language') language: string, @Caller() caller: Actor) {
    mayReviewTranslation(caller);
    return this.answer(await this.sentences.review(language, caller));
  }

  @Post(':language/sentence/approve')
  @HttpCode(200)
  @Needs('scripts.approve')
  async approve(@Param('language') language: string, @Caller() caller: Actor) {
    return this.answer(await this.sentences.approve(language, caller));
  }

  @Post(':language/sentence/retire')
  @HttpCode(200)
  @Needs('scripts.approve')
  async retire(@Param('language') language: string, @Caller() caller: Actor) {
    return this.answer(await this.sentences.retire(language, caller));
  }

  private answer(result: Result<SentenceRecord, SentenceRefusal>) {
    if (result.ok) return this.shown(result.value);
    switch (result.error) {
      case 'notFound':
        throw notFound();
      case 'invalid':
        throw invalidInput(result.detail as InputMistake[]);
      case 'ownText':
        throw conflict('own_script', 'Nobody reviews or approves what they wrote themselves.');
      case 'translationUnreviewed':
        throw conflict('translation_unreviewed', 'Nobody has read this translation against the Chinese yet.');
      default:
        return result.error satisfies never;
    }
  }

  private shown({ id, createdAt, reviewedAt, retiredAt, ...rest }: SentenceRecord) {
    return {
      id: String(id),
      ...rest,
      createdAt: this.county.iso(createdAt),
      reviewedAt: this.county.isoOrNull(reviewedAt),
      retiredAt: this.county.isoOrNull(retiredAt),
    };
  }
}
