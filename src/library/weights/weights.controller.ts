import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { conflict, CountyTime, invalidInput, notFound, Problem, type InputMistake } from '../../platform/index.js';
import { Shelves } from '../shelf.service.js';
import { shippedTaxonomy } from '../shipped.loader.js';
import { EVERYBODY, ownColumns } from './matrix.js';
import { weightsQuery, weightsSchema } from './weights.schemas.js';
import { Weights, type SavedWeights } from './weights.service.js';

const ARITHMETIC = {
  zh: '一种骗术的权重＝本人所属各列中适用的最高一格（都不适用时取 everybody）×当季系数；某列只对该类型中点名该人群的骗术适用，该类型都没有点名时对全部适用。乡镇有自己的格子时以乡镇为准。按案件调整时再×（1＋系数）。',
  en: "A trick weighs the highest cell that applies among the person's columns (none applies: everybody), times the season. A column applies to the tricks of the type that name its group; where none does, to all of them. A township's own cell takes the county's place. riskMatrix multiplies by (1 + factor).",
};

@Controller('library/weights')
export class WeightsController {
  constructor(
    private readonly weights: Weights,
    private readonly shelves: Shelves,
    private readonly county: CountyTime,
  ) {}

  @Get()
  @Needs('library.read')
  async get(@Query({ schema: weightsQuery }) { version }: z.output<typeof weightsQuery>) {
    const found = await this.weights.find(version);
    if (!found) throw notFound();
    return this.shown(found);
  }

  @Get('versions')
  @Needs('library.read')
  async versions() {
    const items = (await this.weights.versions()).map(({ createdAt, ...version }) => ({
      ...version,
      createdAt: this.county.iso(createdAt),
    }));
    return { items, nextCursor: null };
  }

  @Put()
  @Needs('scripts.write')
  async put(@Body({ schema: weightsSchema }) body: z.output<typeof weightsSchema>, @Caller() caller: Actor) {
    const now = await this.weights.find();
    const { season, noRepeatDays, weights, townships, remark, basedOn } = body;
    const saved = await this.weights.save(
      {
        season: season ?? now!.matrix.season,
        noRepeatDays: noRepeatDays ?? now!.matrix.noRepeatDays,
        weights,
        townships: townships ?? now!.matrix.townships,
      },
      {
        by: { id: caller.id, name: caller.name },
        township: caller.scope.township,
        ...(remark ? { remark } : {}),
        ...(basedOn === undefined ? {} : { basedOn }),
      },
    );
    if (saved.ok) return this.shown(saved.value);
    switch (saved.error) {
      case 'invalid':
        throw invalidInput(saved.detail as InputMistake[]);
      case 'changed':
        throw conflict('weights_changed', 'Somebody has saved another version since you looked at yours.');
      case 'notYours':
        throw new Problem(403, 'forbidden', "A township changes its own township's table only.");
      default:
        return saved.error satisfies never;
    }
  }

  private async shown({ matrix, createdAt, ...version }: SavedWeights) {
    const { types } = await this.shelves.list();
    const own = ownColumns(matrix, shippedTaxonomy);
    return {
      ...version,
      createdAt: this.county.iso(createdAt),
      season: matrix.season,
      noRepeatDays: matrix.noRepeatDays,
      types: types.map(({ code, nameZh, nameEn }) => ({ code, nameZh, nameEn })),
      columns: [
        { code: EVERYBODY, nameZh: '其他所有人', nameEn: 'everybody else' },
        ...shippedTaxonomy.groups.map(({ code, nameZh, nameEn }) => ({ code, nameZh, nameEn })),
        ...own.map((code) => ({ code, nameZh: code, nameEn: code })),
      ],
      weights: matrix.weights,
      townships: matrix.townships,
      arithmetic: ARITHMETIC,
    };
  }
}
