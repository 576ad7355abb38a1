import { Injectable } from '@nestjs/common';
import { Database, type Instant } from '../platform/index.js';
import { Shelf, type Script, type Sentence } from './shelf.js';
import { shippedTaxonomy } from './shipped.loader.js';
import type { FraudType, FraudTypeFacts, ScriptChannel, Trick, TrickFacts } from './taxonomy.js';
import type { TemplateVariable } from './variables.js';
import type { Matrix, WeightVersion } from './weights/matrix.js';

interface TrickRow {
  readonly code: string;
  readonly no: number;
  readonly type: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly facts: string;
  readonly source: string;
}

export interface ScriptRow {
  readonly versionId: number;
  readonly scriptId: string;
  readonly trick: string;
  readonly type: string;
  readonly channel: ScriptChannel;
  readonly audience: string | null;
  readonly language: string;
  readonly variant: number;
  readonly title: string | null;
  readonly body: string;
  readonly variables: string;
  readonly digest: string;
}

/** The types and tricks of a moment, retired ones left out. */
export interface TaxonomyList {
  readonly types: readonly FraudType[];
  readonly tricks: readonly Trick[];
}

/** One row of a script version as the shelf and a delivery's text need it. */
export const SCRIPT_COLUMNS = `v.id AS versionId, v.scriptId, s.trick, t.type, s.channel, s.audience, s.language, s.variant,
  v.title, v.body, v.variables, v.digest`;
export const SCRIPT_TABLES = 'script_versions v JOIN scripts s ON s.id = v.scriptId JOIN tricks t ON t.code = s.trick';

export const scriptOf = (row: ScriptRow): Script => ({
  ...row,
  versionId: Number(row.versionId),
  variant: Number(row.variant),
  variables: JSON.parse(row.variables) as TemplateVariable[],
});

const readable = <F extends object>({ facts, no, ...row }: Omit<TrickRow, 'type'>): F =>
  ({ ...(JSON.parse(facts) as object), ...row, no: Number(no) }) as F;

interface Held {
  readonly stamp: string;
  readonly shelf: Shelf;
  readonly list: TaxonomyList;
}

/** Shelves of the past that are kept at hand: recomputing the reasons of a run asks for one shelf many times. */
const PAST_SHELVES = 8;

/** Reads types, tricks and approved scripts; keeps the last shelf for as long as the database holds nothing newer. */
@Injectable()
export class Shelves {
  private held: Held | null = null;
  private readonly past = new Map<Instant, Shelf>();

  constructor(private readonly database: Database) {}

  /** The shelf of this moment. Several processes notice each other's changes, for each call asks the database for its stamp. */
  async now(): Promise<Shelf> {
    return (await this.current()).shelf;
  }

  /** Types that have a trick which is not retired. */
  async types(): Promise<readonly FraudType[]> {
    return (await this.current()).list.types;
  }

  /**
   * The shelf as it was at an instant: the list of that time, and the scripts that had been approved and not yet retired. For
   * recomputing a reason, not for sending.
   */
  async asOf(at: Instant): Promise<Shelf> {
    const kept = this.past.get(at);
    if (kept) return kept;
    const row = await this.database.one<{ list: string }>(
      'SELECT list FROM taxonomy_versions WHERE createdAt <= ? ORDER BY version DESC LIMIT 1',
      [at],
    );
    const list = row ? (JSON.parse(row.list) as TaxonomyList) : await this.list();
    const codes = new Set(list.tricks.map((trick) => trick.code));
    const was = `reviewedAt <= ? AND (retiredAt IS NULL OR retiredAt > ?) AND status IN ('approved', 'retired')`;
    const scripts = await this.database.query<ScriptRow>(
      `SELECT ${SCRIPT_COLUMNS} FROM ${SCRIPT_TABLES} WHERE ${was.replaceAll(/\b(reviewedAt|retiredAt|status)\b/g, 'v.$1')} ORDER BY v.id`,
      [at, at],
    );
    const sentences = await this.database.query<Sentence>(
      `SELECT id, language, text FROM language_sentences WHERE ${was} ORDER BY id`,
      [at, at],
    );
    const shelf = shelfOf(list, {
      scripts: scripts.filter((script) => codes.has(script.trick)),
      sentences,
      weights: await this.weights(),
    });
    if (this.past.size >= PAST_SHELVES) this.past.clear();
    this.past.set(at, shelf);
    return shelf;
  }

  /** The matrix in force, or any that ever was; null where there is none (yet). */
  async weights(version?: number): Promise<WeightVersion | null> {
    const row = await this.database.one<{ version: number; matrix: string }>(
      `SELECT version, matrix FROM weight_versions${version === undefined ? '' : ' WHERE version = ?'} ORDER BY version DESC LIMIT 1`,
      version === undefined ? [] : [version],
    );
    return row && { version: Number(row.version), matrix: JSON.parse(row.matrix) as Matrix };
  }

  /** Types and tricks as they stand now, retired tricks and the types that have only such left out. */
  async list(): Promise<TaxonomyList> {
    const tricks = (
      await this.database.query<TrickRow>(
        'SELECT code, no, type, nameZh, nameEn, facts, source FROM tricks WHERE retiredAt IS NULL ORDER BY no',
      )
    ).map((row) => readable<Trick & TrickFacts>(row));
    const used = new Set(tricks.map((trick) => trick.type));
    const types = (
      await this.database.query<TrickRow>('SELECT code, no, nameZh, nameEn, facts, source FROM fraud_types ORDER BY no')
    ).map((row) => readable<FraudType & FraudTypeFacts>(row));
    return { types: types.filter((type) => used.has(type.code)), tricks };
  }

  private async current(): Promise<Held> {
    const stamp = await this.stamp();
    if (this.held?.stamp === stamp) return this.held;
    const list = await this.list();
    const scripts = await this.database.query<ScriptRow>(
      `SELECT ${SCRIPT_COLUMNS} FROM ${SCRIPT_TABLES} WHERE v.status = 'approved' AND t.retiredAt IS NULL ORDER BY v.id`,
    );
    const sentences = await this.database.query<Sentence>(
      `SELECT id, language, text FROM language_sentences WHERE status = 'approved' ORDER BY id`,
    );
    const held = { stamp, shelf: shelfOf(list, { scripts, sentences, weights: await this.weights() }), list };
    // Inside a transaction the rows may still be rolled back: such a shelf serves its caller and is not kept.
    if (!this.database.inTransaction) this.held = held;
    return held;
  }

  /** Grows with each change: versions are only added, and go from approved to retired and never back. */
  private async stamp(): Promise<string> {
    const counts = (table: string) =>
      this.database.one<Record<string, unknown>>(
        `SELECT MAX(id) AS top, SUM(CASE WHEN status = 'approved' THEN 1 ELSE 0 END) AS approved,
           SUM(CASE WHEN status = 'retired' THEN 1 ELSE 0 END) AS retired FROM ${table}`,
      );
    const scripts = await counts('script_versions');
    const sentences = await counts('language_sentences');
    const list = await this.database.one<Record<string, unknown>>('SELECT MAX(version) AS top FROM taxonomy_versions');
    const weights = await this.database.one<Record<string, unknown>>('SELECT MAX(version) AS top FROM weight_versions');
    const parts = [scripts?.top, scripts?.approved, scripts?.retired, sentences?.top, sentences?.approved];
    return [...parts, sentences?.retired, list?.top, weights?.top].map((n) => Number(n ?? 0)).join('/');
  }
}

function shelfOf(
  { types, tricks }: TaxonomyList,
  of: {
    readonly scripts: readonly ScriptRow[];
    readonly sentences: readonly Sentence[];
    readonly weights: WeightVersion | null;
  },
): Shelf {
  return new Shelf(tricks, of.scripts.map(scriptOf), {
    severity: new Map(types.map((type) => [type.code, type.severity.weight])),
    groupsOf: shippedTaxonomy,
    sentences: of.sentences.map((sentence) => ({ ...sentence, id: Number(sentence.id) })),
    ...(of.weights ? { weights: of.weights } : {}),
  });
}
