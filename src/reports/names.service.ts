import { Injectable } from '@nestjs/common';
import { Config, Database, DISCREET_NAME, marks } from '../platform/index.js';
import type { Viewer } from './viewer.js';

/** What codes are called, for people who read a report. */
export interface Names {
  readonly township: ReadonlyMap<string, string>;
  readonly type: ReadonlyMap<string, string>;
  readonly trick: ReadonlyMap<string, { readonly name: string; readonly type: string; readonly isRetired: boolean }>;
  readonly campaign: ReadonlyMap<string, string>;
}

const IN_A_STATEMENT = 2000;

@Injectable()
export class ReportNames {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  async load(campaignIds: readonly string[], viewer: Viewer): Promise<Names> {
    const types = await this.database.query<{ code: string; nameZh: string }>('SELECT code, nameZh FROM fraud_types');
    const tricks = await this.database.query<{ code: string; nameZh: string; type: string; retiredAt: number | null }>(
      'SELECT code, nameZh, type, retiredAt FROM tricks ORDER BY no',
    );
    return {
      township: new Map(this.config.settings.townships.map((t) => [t.code, t.name])),
      type: new Map(types.map((t) => [t.code, t.nameZh])),
      trick: new Map(tricks.map((t) => [t.code, { name: t.nameZh, type: t.type, isRetired: t.retiredAt !== null }])),
      campaign: await this.campaigns(campaignIds, viewer),
    };
  }

  private async campaigns(ids: readonly string[], viewer: Viewer): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    for (let i = 0; i < ids.length; i += IN_A_STATEMENT) {
      const part = ids.slice(i, i + IN_A_STATEMENT);
      const rows = await this.database.query<{ id: string; name: string }>(
        `SELECT id, name FROM campaigns WHERE id IN (${marks(part.length)})`,
        part,
      );
      for (const row of rows) names.set(row.id, row.name);
    }
    if (!viewer.mayReadSensitive) for (const id of await this.sensitive(ids)) names.set(id, DISCREET_NAME);
    return names;
  }

  /** Campaigns of which any version was ever aimed at a sensitive segment. */
  async sensitive(ids: readonly string[]): Promise<string[]> {
    const segments = await this.database.query<{ id: string }>('SELECT id FROM segments WHERE isSensitive = 1');
    if (segments.length === 0) return [];
    const sensitive = new Set(segments.map((segment) => segment.id));
    const found = new Set<string>();
    for (let i = 0; i < ids.length; i += IN_A_STATEMENT) {
      const part = ids.slice(i, i + IN_A_STATEMENT);
      const versions = await this.database.query<{ campaignId: string; definition: string }>(
        `SELECT campaignId, definition FROM campaign_versions WHERE campaignId IN (${marks(part.length)})`,
        part,
      );
      for (const { campaignId, definition } of versions) {
        const { segmentId } = JSON.parse(definition) as { segmentId?: string };
        if (segmentId !== undefined && sensitive.has(segmentId)) found.add(campaignId);
      }
    }
    return [...found];
  }
}
