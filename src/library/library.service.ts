import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Instant } from '../platform/index.js';
import { Incidents } from '../incidents/index.js';
import { tricksOf, type Assignment } from './assignment/assignment.schemas.js';
import { incidentFactors, YEAR, type IncidentFactor } from './assignment/weights.js';
import { whyInWords as inWords } from './assignment/why.js';
import { Sentences } from './languages/sentences.service.js';
import { search, searchIndex } from './search.js';
import type { Script, Shelf } from './shelf.js';
import { SCRIPT_COLUMNS, SCRIPT_TABLES, scriptOf, Shelves, type ScriptRow } from './shelf.service.js';
import { shippedTaxonomy } from './shipped.loader.js';
import type { FraudType, ScriptChannel, Trick } from './taxonomy.js';
import type { WeightVersion } from './weights/matrix.js';

const groups = new Map(shippedTaxonomy.groups.map((group) => [group.code, group]));

/**
 * A delivery's stored reason in words; one in which a sensitive group played a part reads 重点提醒 to those without the right.
 * `trick`, where given, is what the trick is called: 民宿业主 → 冒充单位人员购物.
 */
export const whyInWords = (why: string, language: string, mayReadSensitive: boolean, trick?: string): string =>
  inWords(why, { language, mayReadSensitive, groups, trick });

/** A batch asks for the same few scripts a thousand times. */
const KEPT_VERSIONS = 5000;

const OWN_LIST = {
  zh: '本清单由本单位导入。',
  en: "This list was imported by the bureau: it is the bureau's own.",
};

/** The library's front door for the other rooms. */
@Injectable()
export class Library implements OnModuleInit {
  private readonly versions = new Map<number, Script>();
  private readonly spoken = new Map<number, string>();
  private index: { readonly tricks: readonly Trick[]; readonly of: ReturnType<typeof searchIndex> } | null = null;

  constructor(
    private readonly database: Database,
    private readonly shelves: Shelves,
    private readonly sentences: Sentences,
    private readonly incidents: Incidents,
  ) {}

  onModuleInit(): void {
    this.incidents.register(async () => {
      const [tricks, types] = [await this.tricks(), await this.types()];
      return {
        typeOf: new Map(tricks.map((trick) => [trick.code, trick.type])),
        codeOf: new Map([...types, ...tricks].map((one) => [one.nameZh, one.code])),
      };
    });
  }

  /** Types that have a trick which is not retired. */
  async types(): Promise<readonly FraudType[]> {
    return this.shelves.types();
  }

  /** The tricks that are not retired, all or those of a type, in the taxonomy's order. */
  async tricks(type?: string): Promise<readonly Trick[]> {
    const { tricks } = await this.shelves.now();
    return type === undefined ? tricks : tricks.filter((trick) => trick.type === type);
  }

  /** Tricks that fit a question, the best first: a part of a name or text, or pinyin. */
  async search(question: string): Promise<readonly Trick[]> {
    const { tricks } = await this.shelves.now();
    if (this.index?.tricks !== tricks) this.index = { tricks, of: searchIndex(tricks, await this.types()) };
    return search(this.index.of, question);
  }

  /** What the list says of itself: compiled from public manuals, the bureau's own, or how much of which. */
  async statement(): Promise<{ zh: string; en: string }> {
    const tricks = await this.tricks();
    const own = tricks.filter((trick) => trick.source === 'own').length;
    if (own === 0) return shippedTaxonomy.statement;
    if (own === tricks.length) return OWN_LIST;
    return {
      zh: `${tricks.length} 种骗术中 ${own} 种由本单位导入，其余：${shippedTaxonomy.statement.zh}`,
      en: `${own} of ${tricks.length} tricks were imported by the bureau. The others: ${shippedTaxonomy.statement.en}`,
    };
  }

  /** What may be sent at this moment: an immutable snapshot, cheap to ask for once a page of a plan. */
  shelf(): Promise<Shelf> {
    return this.shelves.now();
  }

  /** The shelf as it was at an instant, for recomputing a reason. */
  shelfAsOf(at: Instant): Promise<Shelf> {
    return this.shelves.asOf(at);
  }

  /** Every wording that an assignment may give somebody on a channel, by the shelf as it was at `at`; null: as it is now. */
  async mayGive(assignment: Assignment, channel: ScriptChannel, at: Instant | null): Promise<readonly Script[]> {
    const shelf = at === null ? await this.shelves.now() : await this.shelves.asOf(at);
    return tricksOf(assignment, shelf.tricks).flatMap(({ code }) => shelf.all(code, channel));
  }

  /** Any version of the matrix that ever was. */
  weights(version: number): Promise<WeightVersion | null> {
    return this.shelves.weights(version);
  }

  /** Any version that ever was, retired ones too: a delivery's text is recomputed from it. */
  async version(id: number): Promise<Script | null> {
    const known = this.versions.get(id);
    if (known) return known;
    const row = await this.database.one<ScriptRow>(`SELECT ${SCRIPT_COLUMNS} FROM ${SCRIPT_TABLES} WHERE v.id = ?`, [
      id,
    ]);
    if (!row) return null;
    const script = scriptOf(row);
    // Its words never change. Inside a transaction the row may still be rolled back.
    if (!this.database.inTransaction) {
      if (this.versions.size >= KEPT_VERSIONS) this.versions.clear();
      this.versions.set(id, script);
    }
    return script;
  }

  /** The text of any sentence that ever was. */
  async sentence(id: number): Promise<string | null> {
    const known = this.spoken.get(id);
    if (known !== undefined) return known;
    const text = await this.sentences.text(id);
    if (text !== null && !this.database.inTransaction) this.spoken.set(id, text);
    return text;
  }

  /** How the cases recorded before an instant move each type: what `assigner` takes as `weights` for the policy riskMatrix. */
  async riskWeights(at: Instant): Promise<ReadonlyMap<string, IncidentFactor>> {
    const types = (await this.types()).map((type) => type.code);
    return incidentFactors(await this.incidents.byType(at - YEAR, at), types, at);
  }
}
