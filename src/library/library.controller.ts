import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Needs } from '../accounts/index.js';
import { Library } from './library.service.js';
import { tricksQuery } from './scripts/script.schemas.js';
import { shippedTaxonomy } from './shipped.loader.js';
import type { Trick } from './taxonomy.js';

const groups = new Map(shippedTaxonomy.groups.map((group) => [group.code, group]));

const origins = { ...shippedTaxonomy.origins, 'own-list': "from the bureau's own list" } as Readonly<
  Record<string, string>
>;

@Controller('library')
export class LibraryController {
  constructor(private readonly library: Library) {}

  @Get('types')
  @Needs('library.read')
  async types() {
    const [types, shelf] = await Promise.all([this.library.types(), this.library.shelf()]);
    const items = types.map(({ code, no, nameZh, nameEn, severity, origin, source }) => ({
      code,
      no,
      nameZh,
      nameEn,
      severity,
      origin,
      originNote: origins[origin] ?? origin,
      source: source ?? 'shipped',
      trickCount: shelf.tricks.filter((trick) => trick.type === code).length,
      scriptCount: shelf.scripts.filter((script) => script.type === code).length,
    }));
    return { items, nextCursor: null, statement: await this.library.statement() };
  }

  /** All tricks, those of a type, or those that fit `q`: a part of a name or text, or the pinyin of a name. */
  @Get('tricks')
  @Needs('library.read')
  async tricks(@Query({ schema: tricksQuery }) { type, q }: z.output<typeof tricksQuery>) {
    const found = q?.trim() ? await this.library.search(q) : await this.library.tricks();
    const items = found.filter((trick) => type === undefined || trick.type === type).map(shown);
    return { items, nextCursor: null, statement: await this.library.statement() };
  }
}

const shown = ({ mechanism, sources: _, source, ...trick }: Trick) => ({
  ...trick,
  mechanism: mechanism.zh,
  mechanismEn: mechanism.en,
  groupsAtRisk: trick.vulnerableGroups.map((code) => ({
    code,
    nameZh: groups.get(code)?.nameZh ?? code,
    nameEn: groups.get(code)?.nameEn ?? code,
  })),
  originNote: origins[trick.origin] ?? trick.origin,
  source: source ?? 'shipped',
});
