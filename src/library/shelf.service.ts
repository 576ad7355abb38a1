import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { Shelf, type Script } from './shelf.js';
import { shippedTaxonomy } from './shipped.loader.js';
import type { FraudType, FraudTypeFacts, ScriptChannel, Trick, TrickFacts } from './taxonomy.js';
import type { TemplateVariable } from './variables.js';

interface TrickRow {
  readonly code: string;
  readonly no: number;
  readonly type: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly facts: string;
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

/** Reads types, tricks and approved scripts; keeps the last shelf for as long as the database holds nothing newer. */
@Injectable()
export class Shelves {
  private held: { readonly stamp: string; readonly shelf: Shelf; readonly types: readonly FraudType[] } | null = null;

  constructor(private readonly database: Database) {}

  /** The shelf of this moment. Several processes notice each other's changes, for each call asks the database for its stamp. */
  async now(): Promise<Shelf> {
    return (await this.current()).shelf;
  }

  async types(): Promise<readonly FraudType[]> {
    return (await this.current()).types;
  }

  private async current() {
    const stamp = await this.stamp();
    if (this.held?.stamp === stamp) return this.held;
    const types = (
      await this.database.query<TrickRow>('SELECT code, no, nameZh, nameEn, facts FROM fraud_types ORDER BY no')
    ).map((row) => readable<FraudType & FraudTypeFacts>(row));
    const tricks = (
      await this.database.query<TrickRow>(
        'SELECT code, no, type, nameZh, nameEn, facts FROM tricks WHERE retiredAt IS NULL ORDER BY no',
      )
    ).map((row) => readable<Trick & TrickFacts>(row));
    const scripts = await this.database.query<ScriptRow>(
      `SELECT ${SCRIPT_COLUMNS} FROM ${SCRIPT_TABLES} WHERE v.status = 'approved' AND t.retiredAt IS NULL ORDER BY v.id`,
    );
    const severity = new Map(types.map((type) => [type.code, type.severity.weight]));
    const shelf = new Shelf(tricks, scripts.map(scriptOf), { severity, groupsOf: shippedTaxonomy });
    const held = { stamp, shelf, types };
    // Inside a transaction the rows may still be rolled back: such a shelf serves its caller and is not kept.
    if (!this.database.inTransaction) this.held = held;
    return held;
  }

  /** Grows with each change: versions are only added, and go from approved to retired and never back. */
  private async stamp(): Promise<string> {
    const [scripts] = await this.database.query<Record<string, unknown>>(
      `SELECT MAX(id) AS top, SUM(CASE WHEN status = 'approved' THEN 1 ELSE 0 END) AS approved,
         SUM(CASE WHEN status = 'retired' THEN 1 ELSE 0 END) AS retired FROM script_versions`,
    );
    const [tricks] = await this.database.query<Record<string, unknown>>(
      'SELECT COUNT(*) AS tricks, COUNT(retiredAt) AS gone FROM tricks',
    );
    return [scripts?.top, scripts?.approved, scripts?.retired, tricks?.tricks, tricks?.gone]
      .map((n) => Number(n ?? 0))
      .join('/');
  }
}
