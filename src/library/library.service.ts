import { Injectable, type OnModuleInit } from '@nestjs/common';
import { days, Database, type Instant } from '../platform/index.js';
import { Incidents } from '../incidents/index.js';
import { incidentFactors, type IncidentFactor } from './assignment/weights.js';
import { whyInWords as inWords } from './assignment/why.js';
import type { Script, Shelf } from './shelf.js';
import { SCRIPT_COLUMNS, SCRIPT_TABLES, scriptOf, Shelves, type ScriptRow } from './shelf.service.js';
import { shippedTaxonomy } from './shipped.loader.js';
import type { FraudType, Trick } from './taxonomy.js';

const groups = new Map(shippedTaxonomy.groups.map((group) => [group.code, group]));

/** A delivery's stored reason in words; one in which a sensitive group played a part reads 重点提醒 to those without the right. */
export const whyInWords = (why: string, language: string, mayReadSensitive: boolean): string =>
  inWords(why, { language, mayReadSensitive, groups });

/** The library's front door for the other rooms. */
@Injectable()
export class Library implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly shelves: Shelves,
    private readonly incidents: Incidents,
  ) {}

  onModuleInit(): void {
    this.incidents.register(async () => new Map((await this.tricks()).map((trick) => [trick.code, trick.type])));
  }

  async types(): Promise<readonly FraudType[]> {
    return this.shelves.types();
  }

  /** The tricks that are not retired, all or those of a type, in the taxonomy's order. */
  async tricks(type?: string): Promise<readonly Trick[]> {
    const { tricks } = await this.shelves.now();
    return type === undefined ? tricks : tricks.filter((trick) => trick.type === type);
  }

  /** What may be sent at this moment: an immutable snapshot, cheap to ask for once a page of a plan. */
  shelf(): Promise<Shelf> {
    return this.shelves.now();
  }

  /** Any version that ever was, retired ones too: a delivery's text is recomputed from it. */
  async version(id: number): Promise<Script | null> {
    const row = await this.database.one<ScriptRow>(`SELECT ${SCRIPT_COLUMNS} FROM ${SCRIPT_TABLES} WHERE v.id = ?`, [
      id,
    ]);
    return row ? scriptOf(row) : null;
  }

  /** How the cases recorded before an instant move each type: what `assigner` takes as `weights` for the policy riskMatrix. */
  async riskWeights(at: Instant): Promise<ReadonlyMap<string, IncidentFactor>> {
    const types = (await this.types()).map((type) => type.code);
    return incidentFactors(await this.incidents.byType(at - days(365), at), types, at);
  }
}
