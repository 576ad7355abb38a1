import { Injectable } from '@nestjs/common';
import { Clock, CLOCK_ACTOR, Database, IdBlocks, Ledger, sha256, timeOrderedId } from '../platform/index.js';
import { Sentences } from './languages/sentences.service.js';
import { OwnLists } from './own-list/own-list.service.js';
import { shippedScripts, shippedTaxonomy } from './shipped.loader.js';
import { SCRIPT_CHANNELS, type ShippedScript } from './taxonomy.js';
import { compileTemplate } from './template.js';

type Shipped = ShippedScript & {
  readonly language: string;
  readonly id: string;
  /** False for a translation that nobody has read against the Chinese: it is laid in as a draft. */
  readonly isReviewed: boolean;
};

interface Seeded {
  readonly types: number;
  readonly tricks: number;
  /** New scripts. */
  readonly scripts: number;
  /** Shipped scripts whose words have changed since the last version, and that the bureau has not edited. */
  readonly revised: number;
  readonly sentences: number;
}

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

/** Lays the shipped taxonomy and scripts into the database; what the bureau has made of it stays as it is. */
@Injectable()
export class LibrarySeed {
  constructor(
    private readonly database: Database,
    private readonly ids: IdBlocks,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly lists: OwnLists,
    private readonly sentences: Sentences,
  ) {}

  /**
   * Idempotent, in one transaction; called at every start, after the migrations. A trick or script that was retired is still a
   * row, so it does not come back. Answers how many rows of each kind were new.
   */
  async seed(): Promise<Seeded> {
    return this.database.transaction(async () => {
      const types = await this.seedTypes();
      const tricks = await this.seedTricks();
      const seeded: Seeded = { types, tricks, ...(await this.seedScripts()), sentences: await this.sentences.seed() };
      if (types + tricks > 0 || !(await this.lists.hasVersions())) await this.lists.keep('shipped', CLOCK_ACTOR);
      if (Object.values(seeded).some((n) => n > 0)) {
        await this.ledger.write({
          action: 'library.seed',
          subject: `library/${shippedTaxonomy.version}`,
          by: CLOCK_ACTOR,
          detail: { ...seeded },
        });
      }
      return seeded;
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
    // Where the bureau works with its own list, what a new version of the product brings is there to be put in, and not in.
    const own = await this.database.one("SELECT code FROM tricks WHERE source = 'own' LIMIT 1");
    const retiredAt = own ? this.clock.now() : null;
    return this.database.insert(
      'tricks',
      ['code', 'no', 'type', 'nameZh', 'nameEn', 'facts', 'retiredAt'],
      tricks.map(({ code, no, type, nameZh, nameEn, ...facts }) => [
        code,
        no,
        type,
        nameZh,
        nameEn,
        JSON.stringify(facts),
        retiredAt,
      ]),
      'ignore',
    );
  }

  private async seedScripts(): Promise<{ scripts: number; revised: number }> {
    const all = shippedScripts().flatMap(({ language, reviewed, scripts }) =>
      scripts.map((script): Shipped => ({
        ...script,
        language,
        id: shippedId(script, language),
        isReviewed: language === 'zh' || reviewed === true,
      })),
    );
    const scripts = await this.absent(all, 'scripts', { column: 'id', of: (script) => script.id });
    const revised = await this.revise(all);
    if (scripts.length === 0) return { scripts: 0, revised };
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
      VERSION_COLUMNS,
      scripts.map((s, i) => versionRow(s, { id: first + i, version: 1, now })),
      'ignore',
    );
    return { scripts: made, revised };
  }

  /**
   * A shipped script whose words have changed gets them as its next version, which takes the place of the one before: only
   * where the bureau has neither written a version of its own nor taken the script off the shelf.
   */
  private async revise(all: readonly Shipped[]): Promise<number> {
    const rows = await this.database.query<{
      id: number;
      scriptId: string;
      version: number;
      digest: string;
      status: string;
      createdBy: string | null;
    }>(
      `SELECT v.id, v.scriptId, v.version, v.digest, v.status, v.createdBy FROM script_versions v JOIN scripts s ON s.id = v.scriptId
       WHERE s.origin = 'shipped' ORDER BY v.version`,
    );
    const byScript = new Map<string, typeof rows>();
    for (const row of rows) byScript.set(row.scriptId, [...(byScript.get(row.scriptId) ?? []), row]);
    const changed = all.flatMap((script) => {
      const versions = byScript.get(script.id) ?? [];
      const digest = scriptDigest(script.title ?? null, script.body);
      const isOurs = versions.every((version) => version.createdBy === null);
      const approved = versions.find((version) => version.status === 'approved');
      const isKnown = versions.some((version) => version.digest === digest);
      return script.isReviewed && approved && isOurs && !isKnown ? [{ script, approved, top: versions.at(-1)! }] : [];
    });
    if (changed.length === 0) return 0;
    const now = this.clock.now();
    const first = await this.ids.take('scriptVersion', changed.length);
    const made = await this.database.insert(
      'script_versions',
      VERSION_COLUMNS,
      changed.map(({ script, top }, i) => versionRow(script, { id: first + i, version: Number(top.version) + 1, now })),
      'ignore',
    );
    for (const { approved } of changed)
      await this.database.execute(
        "UPDATE script_versions SET status = 'retired', retiredAt = ? WHERE id = ? AND status = 'approved'",
        [now, approved.id],
      );
    return made;
  }
}

const VERSION_COLUMNS = [
  'id',
  'scriptId',
  'version',
  'status',
  'title',
  'body',
  'variables',
  'digest',
  'createdAt',
  'reviewedAt',
  'translationReviewedBy',
  'translationReviewedAt',
];

/** Whoever made the product has read its translations against the Chinese. */
const SHIPPED_BY = 'shipped';

const versionRow = (
  script: Shipped,
  { id, version, now }: { id: number; version: number; now: number },
): (string | number | null)[] => {
  const title = script.title ?? null;
  const variables = new Set([title ?? '', script.body].flatMap((text) => compileTemplate(text).variables));
  const isTranslation = script.language !== 'zh';
  return [
    id,
    script.id,
    version,
    script.isReviewed ? 'approved' : 'draft',
    title,
    script.body,
    JSON.stringify([...variables]),
    scriptDigest(title, script.body),
    now,
    script.isReviewed ? now : null,
    isTranslation && script.isReviewed ? SHIPPED_BY : null,
    isTranslation && script.isReviewed ? now : null,
  ];
};
