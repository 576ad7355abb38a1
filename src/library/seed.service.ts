import { Injectable } from '@nestjs/common';
import { Clock, CLOCK_ACTOR, Database, IdBlocks, Ledger, sha256, timeOrderedId } from '../platform/index.js';
import { shippedScripts, shippedTaxonomy } from './shipped.loader.js';
import { SCRIPT_CHANNELS, type ShippedScript } from './taxonomy.js';
import { compileTemplate } from './template.js';

type Shipped = ShippedScript & { readonly language: string; readonly id: string };

/**
 * The id of a shipped script follows from what it is, so that two processes that seed at once, and every later start, mean the
 * same row. It has the layout of the other ids with a time of almost 0 (its channel and variant), so that lists show the
 * shipped scripts of a trick first and in order.
 */
function shippedId(script: ShippedScript, language: string): string {
  const name = [script.trick, script.channel, script.audience ?? '', language, script.variant].join('|');
  const hash = Buffer.from(sha256(name), 'hex');
  return timeOrderedId(SCRIPT_CHANNELS.indexOf(script.channel) * 100 + script.variant, (bytes) =>
    hash.subarray(0, bytes),
  );
}

/** What a version says, in one digest: two versions of the same words have the same. */
export const scriptDigest = (title: string | null, body: string): string => sha256(JSON.stringify([title, body]));

/** Lays the shipped taxonomy and scripts into the database; what is there already stays as it is. */
@Injectable()
export class LibrarySeed {
  constructor(
    private readonly database: Database,
    private readonly ids: IdBlocks,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Idempotent, in one transaction; called at every start, after the migrations. A trick or script that was retired is still a
   * row, so it does not come back. Answers how many rows of each kind were new.
   */
  async seed(): Promise<{ types: number; tricks: number; scripts: number }> {
    return this.database.transaction(async () => {
      const types = await this.seedTypes();
      const tricks = await this.seedTricks();
      const scripts = await this.seedScripts();
      if (types + tricks + scripts > 0) {
        await this.ledger.write({
          action: 'library.seed',
          subject: `library/${shippedTaxonomy.version}`,
          by: CLOCK_ACTOR,
          detail: { types, tricks, scripts },
        });
      }
      return { types, tricks, scripts };
    });
  }

  private async absent<T>(
    items: readonly T[],
    table: string,
    key: { column: string; of: (item: T) => string },
  ): Promise<T[]> {
    const rows = await this.database.query<Record<string, string>>(`SELECT ${key.column} FROM ${table}`);
    const there = new Set(rows.map((row) => row[key.column]));
    return items.filter((item) => !there.has(key.of(item)));
  }

  private async seedTypes(): Promise<number> {
    const types = await this.absent(shippedTaxonomy.types, 'fraud_types', { column: 'code', of: (type) => type.code });
    return this.database.insert(
      'fraud_types',
      ['code', 'no', 'nameZh', 'nameEn', 'facts'],
      types.map(({ code, no, nameZh, nameEn, tricks: _, ...facts }) => [
        code,
        no,
        nameZh,
        nameEn,
        JSON.stringify(facts),
      ]),
      'ignore',
    );
  }

  private async seedTricks(): Promise<number> {
    const all = shippedTaxonomy.types.flatMap((type) => type.tricks.map((trick) => ({ ...trick, type: type.code })));
    const tricks = await this.absent(all, 'tricks', { column: 'code', of: (trick) => trick.code });
    return this.database.insert(
      'tricks',
      ['code', 'no', 'type', 'nameZh', 'nameEn', 'facts'],
      tricks.map(({ code, no, type, nameZh, nameEn, ...facts }) => [
        code,
        no,
        type,
        nameZh,
        nameEn,
        JSON.stringify(facts),
      ]),
      'ignore',
    );
  }

  private async seedScripts(): Promise<number> {
    const all = shippedScripts().flatMap(({ language, scripts }) =>
      scripts.map((script): Shipped => ({ ...script, language, id: shippedId(script, language) })),
    );
    const scripts = await this.absent(all, 'scripts', { column: 'id', of: (script) => script.id });
    if (scripts.length === 0) return 0;
    const now = this.clock.now();
    const first = await this.ids.take('scriptVersion', scripts.length);
    const made = await this.database.insert(
      'scripts',
      ['id', 'trick', 'channel', 'audience', 'language', 'variant', 'origin', 'createdAt'],
      scripts.map((s) => [s.id, s.trick, s.channel, s.audience, s.language, s.variant, 'shipped', now]),
      'ignore',
    );
    await this.database.insert(
      'script_versions',
      ['id', 'scriptId', 'version', 'status', 'title', 'body', 'variables', 'digest', 'createdAt', 'reviewedAt'],
      scripts.map((s, i) => versionRow(s, first + i, now)),
      'ignore',
    );
    return made;
  }
}

const versionRow = (script: Shipped, id: number, now: number): (string | number | null)[] => {
  const title = script.title ?? null;
  const variables = new Set([title ?? '', script.body].flatMap((text) => compileTemplate(text).variables));
  return [
    id,
    script.id,
    1,
    'approved',
    title,
    script.body,
    JSON.stringify([...variables]),
    scriptDigest(title, script.body),
    now,
    now,
  ];
};
