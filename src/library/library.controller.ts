import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Needs } from '../accounts/index.js';
import { Library } from './library.service.js';
import { tricksQuery } from './scripts/script.schemas.js';
import { shippedTaxonomy } from './shipped.loader.js';

@Controller('library')
export class LibraryController {
  constructor(private readonly library: Library) {}

  @Get('types')
  @Needs('library.read')
  async types() {
    const [types, shelf] = await Promise.all([this.library.types(), this.library.shelf()]);
    const items = types.map(({ code, no, nameZh, nameEn, severity, origin }) => ({
      code,
      no,
      nameZh,
      nameEn,
      severity,
      origin,
      trickCount: shelf.tricks.filter((trick) => trick.type === code).length,
      scriptCount: shelf.scripts.filter((script) => script.type === code).length,
    }));
    return { items, nextCursor: null, statement: shippedTaxonomy.statement };
  }

  @Get('tricks')
  @Needs('library.read')
  async tricks(@Query({ schema: tricksQuery }) { type }: z.output<typeof tricksQuery>) {
    const items = (await this.library.tricks(type)).map(({ mechanism, sources: _, ...trick }) => ({
      ...trick,
      mechanism: mechanism.zh,
      mechanismEn: mechanism.en,
    }));
    return { items, nextCursor: null, statement: shippedTaxonomy.statement };
  }
}
