import { Injectable } from '@nestjs/common';
import type { Scope } from '../accounts/index.js';
import { Database, sha256, type Instant } from '../platform/index.js';
import { canonicalJson, type CampaignStatus, type VersionStatus } from './campaign.js';
import type { CampaignDefinition } from './campaign.schemas.js';

/** A campaign's row. */
export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly latestVersion: number;
  readonly approvedVersion: number | null;
  readonly nextRunAt: Instant | null;
  readonly activatedAt: Instant | null;
  /** The township that it belongs to; null for the whole county. */
  readonly township: string | null;
  /** Why the clock suspended it; null where a person paused it or it goes on. */
  readonly pausedReason: string | null;
  /** 1: its approval is its start. */
  readonly startsOnApproval: number;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface CampaignVersion {
  readonly campaignId: string;
  readonly version: number;
  readonly status: VersionStatus;
  readonly definition: CampaignDefinition;
  readonly digest: string;
  readonly editedBy: string;
  readonly editors: readonly string[];
  readonly editedAt: Instant;
  readonly submittedBy: string | null;
  readonly submittedAt: Instant | null;
  readonly reviewedBy: string | null;
  readonly reviewedAt: Instant | null;
  readonly remark: string | null;
  readonly preflight: Readonly<Record<string, unknown>> | null;
}

type Raw<T> = { readonly [K in keyof T]: unknown };

const number = (value: unknown): number => Number(value);
const numberOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

const campaignOf = (row: Raw<Campaign>): Campaign => ({
  ...(row as unknown as Campaign),
  nextRunAt: numberOrNull(row.nextRunAt),
  activatedAt: numberOrNull(row.activatedAt),
  startsOnApproval: number(row.startsOnApproval),
  createdAt: number(row.createdAt),
  updatedAt: number(row.updatedAt),
});

const versionOf = (row: Raw<CampaignVersion>): CampaignVersion => ({
  ...(row as unknown as CampaignVersion),
  definition: JSON.parse(String(row.definition)) as CampaignDefinition,
  editors: JSON.parse(String(row.editors)) as string[],
  editedAt: number(row.editedAt),
  submittedAt: numberOrNull(row.submittedAt),
  reviewedAt: numberOrNull(row.reviewedAt),
  preflight: row.preflight === null ? null : (JSON.parse(String(row.preflight)) as Record<string, unknown>),
});

/** A definition and the digest that freezes it. */
export const frozen = (definition: CampaignDefinition): { readonly text: string; readonly digest: string } => {
  const text = canonicalJson(definition);
  return { text, digest: sha256(text) };
};

/** How many approved definitions are held: they never change, and every page of a plan asks for one. */
const HELD = 500;

/** The rows of campaigns and their versions. Every query of a user's passes through a scope here, and nowhere else. */
@Injectable()
export class CampaignRepository {
  private readonly held = new Map<string, CampaignDefinition>();

  constructor(private readonly database: Database) {}

  private async one(where: string, values: readonly (string | number)[], lock = false): Promise<Campaign | null> {
    const row = await this.database.one<Raw<Campaign>>(
      `SELECT * FROM campaigns WHERE ${where}${lock ? this.database.forUpdate : ''}`,
      values,
    );
    return row && campaignOf(row);
  }

  private scoped(scope: Scope): { sql: string; values: string[] } {
    return scope.township === null ? { sql: '', values: [] } : { sql: ' AND township = ?', values: [scope.township] };
  }

  find(id: string, scope: Scope): Promise<Campaign | null> {
    const { sql, values } = this.scoped(scope);
    return this.one(`id = ?${sql}`, [id, ...values]);
  }

  async name(id: string): Promise<string | null> {
    return (await this.database.one<{ name: string }>('SELECT name FROM campaigns WHERE id = ?', [id]))?.name ?? null;
  }

  /** Held until the transaction ends: whoever changes a campaign or makes its runs begins here. */
  lock(id: string, scope: Scope): Promise<Campaign | null> {
    const { sql, values } = this.scoped(scope);
    return this.one(`id = ?${sql}`, [id, ...values], true);
  }

  async list(q: {
    scope: Scope;
    status?: CampaignStatus | undefined;
    after?: string | undefined;
    limit: number;
  }): Promise<Campaign[]> {
    const { sql, values } = this.scoped(q.scope);
    const rows = await this.database.query<Raw<Campaign>>(
      `SELECT * FROM campaigns WHERE id < ?${sql}${q.status ? ' AND status = ?' : ''} ORDER BY id DESC LIMIT ${q.limit}`,
      [q.after ?? 'a', ...values, ...(q.status ? [q.status] : [])],
    );
    return rows.map(campaignOf);
  }

  /** Those that the clock has to look at: active, with a next run up to `at`. */
  async due(at: Instant): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM campaigns WHERE status = 'active' AND nextRunAt <= ? ORDER BY nextRunAt, id`,
      [at],
    );
    return rows.map((r) => r.id);
  }

  async active(): Promise<Campaign[]> {
    return (
      await this.database.query<Raw<Campaign>>(`SELECT * FROM campaigns WHERE status = 'active' ORDER BY id`)
    ).map(campaignOf);
  }

  /** Those that have something on the tide table beyond its rows. */
  async inLife(): Promise<Campaign[]> {
    const rows = await this.database.query<Raw<Campaign>>(
      `SELECT * FROM campaigns WHERE status IN ('active', 'paused') ORDER BY id`,
    );
    return rows.map(campaignOf);
  }

  /** Since when the first of the active campaigns on arrivals waits for them; null where none does. */
  async arrivalsExpectedSince(): Promise<Instant | null> {
    const rows = await this.database.query<{ activatedAt: number; definition: string }>(
      `SELECT c.activatedAt AS activatedAt, v.definition AS definition FROM campaigns c
        JOIN campaign_versions v ON v.campaignId = c.id AND v.version = c.approvedVersion WHERE c.status = 'active' ORDER BY c.activatedAt`,
    );
    const waits = rows.find(({ definition }) => {
      const { cadence } = JSON.parse(definition) as CampaignDefinition;
      return cadence.kind === 'event' && cadence.event === 'arrival';
    });
    return waits ? Number(waits.activatedAt) : null;
  }

  async version(campaignId: string, version: number): Promise<CampaignVersion | null> {
    const row = await this.database.one<Raw<CampaignVersion>>(
      'SELECT * FROM campaign_versions WHERE campaignId = ? AND version = ?',
      [campaignId, version],
    );
    return row && versionOf(row);
  }

  async versions(keys: readonly { campaignId: string; version: number }[]): Promise<CampaignVersion[]> {
    if (keys.length === 0) return [];
    const rows = await this.database.query<Raw<CampaignVersion>>(
      `SELECT * FROM campaign_versions WHERE ${keys.map(() => '(campaignId = ? AND version = ?)').join(' OR ')}`,
      keys.flatMap((k) => [k.campaignId, k.version]),
    );
    return rows.map(versionOf);
  }

  /** An approved definition, checked against its digest: what was approved is what is sent. Throws where it was altered. */
  async approvedDefinition(campaignId: string, version: number): Promise<CampaignDefinition> {
    const key = `${campaignId}:${version}`;
    const known = this.held.get(key);
    if (known) return known;
    const found = await this.version(campaignId, version);
    if (!found) throw new Error(`campaign ${campaignId} has no version ${version}`);
    if (found.status === 'draft' || found.status === 'inReview')
      throw new Error(`campaign ${campaignId} version ${version} is not approved`);
    if (frozen(found.definition).digest !== found.digest) {
      throw new Error(`campaign ${campaignId} version ${version} is not what was approved: its digest differs`);
    }
    if (this.held.size >= HELD) this.held.delete(this.held.keys().next().value!);
    this.held.set(key, found.definition);
    return found.definition;
  }

  async names(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; name: string }>(
      `SELECT id, name FROM campaigns WHERE id IN (${ids.map(() => '?').join(',')})`,
      ids,
    );
    return new Map(rows.map((r) => [r.id, r.name]));
  }

  async insert(campaign: Campaign): Promise<void> {
    const row = campaign as unknown as Record<string, string | number | null>;
    const columns = Object.keys(row);
    await this.database.insert('campaigns', columns, [columns.map((c) => row[c])]);
  }

  async change(id: string, changes: Partial<Omit<Campaign, 'id'>>): Promise<void> {
    await this.set('campaigns', changes, { sql: 'id = ?', values: [id] });
  }

  async insertVersion(version: CampaignVersion): Promise<void> {
    const { text, digest } = frozen(version.definition);
    const row: Record<string, string | number | null> = {
      ...(version as unknown as Record<string, string | number | null>),
      definition: text,
      digest,
      editors: JSON.stringify(version.editors),
      preflight: version.preflight === null ? null : JSON.stringify(version.preflight),
    };
    const columns = Object.keys(row);
    await this.database.insert('campaign_versions', columns, [columns.map((c) => row[c])]);
  }

  /** `definition` travels with its digest; `editors` and `preflight` as JSON. */
  async changeVersion(campaignId: string, version: number, changes: Partial<CampaignVersion>): Promise<void> {
    const { definition, editors, preflight, ...plain } = changes;
    const stored: Record<string, unknown> = { ...plain };
    if (definition) Object.assign(stored, { definition: frozen(definition).text, digest: frozen(definition).digest });
    if (editors) stored.editors = JSON.stringify(editors);
    if (preflight !== undefined) stored.preflight = preflight === null ? null : JSON.stringify(preflight);
    await this.set('campaign_versions', stored, {
      sql: 'campaignId = ? AND version = ?',
      values: [campaignId, version],
    });
  }

  private async set(
    table: string,
    changes: object,
    where: { sql: string; values: (string | number)[] },
  ): Promise<void> {
    const entries = Object.entries(changes).filter(([, v]) => v !== undefined) as [string, string | number | null][];
    if (entries.length === 0) return;
    await this.database.execute(
      `UPDATE ${table} SET ${entries.map(([c]) => `${c} = ?`).join(', ')} WHERE ${where.sql}`,
      [...entries.map(([, v]) => v), ...where.values],
    );
  }

  /** Of each campaign the last version that was in force before `below`; those that had none are left out. */
  async lastReplaced(
    asked: readonly { readonly campaignId: string; readonly below: number }[],
  ): Promise<Map<string, CampaignVersion>> {
    const found = new Map<string, CampaignVersion>();
    for (const { campaignId, below } of asked) {
      const row = await this.database.one<Raw<CampaignVersion>>(
        `SELECT * FROM campaign_versions WHERE campaignId = ? AND version < ? AND status = 'replaced' ORDER BY version DESC LIMIT 1`,
        [campaignId, below],
      );
      if (row) found.set(campaignId, versionOf(row));
    }
    return found;
  }

  /** Ids of the campaigns that still use a segment, in the version in force or in the latest one. */
  async using(segmentId: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string; definition: string }>(
      `SELECT c.id AS id, v.definition AS definition FROM campaigns c JOIN campaign_versions v ON v.campaignId = c.id
        AND (v.version = c.latestVersion OR v.version = c.approvedVersion) WHERE c.status NOT IN ('ended', 'cancelled')`,
    );
    const uses = (text: string): boolean => {
      const { segmentId: people, groupSegmentId: chats } = JSON.parse(text) as CampaignDefinition;
      return people === segmentId || chats === segmentId;
    };
    return [...new Set(rows.filter((r) => uses(r.definition)).map((r) => r.id))];
  }
}
