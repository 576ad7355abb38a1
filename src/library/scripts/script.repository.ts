import { Injectable } from '@nestjs/common';
import { Database, IdBlocks, pageOf, type Instant, type Page, type SqlValue } from '../../platform/index.js';
import type { ScriptChannel } from '../taxonomy.js';
import type { ScriptsQuery } from './script.schemas.js';
import type { ScriptStatus } from './script.js';

export interface VersionRecord {
  readonly id: number;
  readonly scriptId: string;
  readonly version: number;
  readonly status: ScriptStatus;
  readonly title: string | null;
  readonly body: string;
  readonly variables: readonly string[];
  readonly digest: string;
  readonly createdBy: string | null;
  readonly createdAt: Instant;
  readonly reviewedBy: string | null;
  readonly reviewedAt: Instant | null;
  readonly remark: string | null;
  readonly retiredAt: Instant | null;
  /** Who has read a translation against the Chinese; null for Chinese texts, and where nobody has. */
  readonly translationReviewedBy: string | null;
  readonly translationReviewedAt: Instant | null;
}

export interface ScriptRecord {
  readonly id: string;
  readonly trick: string;
  readonly type: string;
  readonly channel: ScriptChannel;
  readonly audience: string | null;
  readonly language: string;
  readonly variant: number;
  readonly origin: string;
  readonly createdBy: string | null;
  readonly createdAt: Instant;
  /** The newest first; there is always one. */
  readonly versions: readonly VersionRecord[];
}

type ScriptHead = Omit<ScriptRecord, 'versions'>;
type Place = Pick<ScriptRecord, 'trick' | 'channel' | 'language'> & { readonly audience?: string | null };

const HEAD =
  's.id, s.trick, t.type, t.no, s.channel, s.audience, s.language, s.variant, s.origin, s.createdBy, s.createdAt';
const number = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

const headOf = ({ no: _, ...row }: ScriptHead & { readonly no: number }): ScriptHead => ({
  ...row,
  variant: Number(row.variant),
  createdAt: Number(row.createdAt),
});

const versionOf = (row: Record<string, unknown>): VersionRecord =>
  ({
    ...row,
    id: Number(row.id),
    version: Number(row.version),
    variables: JSON.parse(String(row.variables)) as string[],
    createdAt: Number(row.createdAt),
    reviewedAt: number(row.reviewedAt),
    retiredAt: number(row.retiredAt),
    translationReviewedAt: number(row.translationReviewedAt),
  }) as unknown as VersionRecord;

/** Where scripts and their versions are kept. Of a version only its status and review ever change, never its words. */
@Injectable()
export class ScriptRepository {
  constructor(
    private readonly database: Database,
    private readonly ids: IdBlocks,
  ) {}

  find(id: string): Promise<ScriptRecord | null> {
    return this.read(id, '');
  }

  /** As `find`, held against others until the transaction ends. */
  async locked(id: string): Promise<ScriptRecord | null> {
    await this.database.query(`SELECT id FROM scripts WHERE id = ?${this.database.forUpdate}`, [id]);
    return this.read(id, this.database.forUpdate);
  }

  private async read(id: string, lock: string): Promise<ScriptRecord | null> {
    const head = await this.database.one<ScriptHead & { no: number }>(
      `SELECT ${HEAD} FROM scripts s JOIN tricks t ON t.code = s.trick WHERE s.id = ?`,
      [id],
    );
    if (!head) return null;
    const versions = await this.database.query<Record<string, unknown>>(
      `SELECT * FROM script_versions WHERE scriptId = ? ORDER BY version DESC${lock}`,
      [id],
    );
    return { ...headOf(head), versions: versions.map(versionOf) };
  }

  /** One page of scripts in the taxonomy's order; `status` asks for that of the newest version. */
  async page(query: ScriptsQuery): Promise<Page<ScriptRecord>> {
    const conditions = ['v.version = (SELECT MAX(x.version) FROM script_versions x WHERE x.scriptId = s.id)'];
    const values: SqlValue[] = [];
    const where = (condition: string, ...more: SqlValue[]) => {
      conditions.push(condition);
      values.push(...more);
    };
    if (query.trick) where('s.trick = ?', query.trick);
    if (query.type) where('t.type = ?', query.type);
    if (query.channel) where('s.channel = ?', query.channel);
    if (query.audience) where('s.audience = ?', query.audience);
    if (query.language) where('s.language = ?', query.language);
    if (query.status) where('v.status = ?', query.status);
    const [no, after] = query.cursor?.split('.') ?? [];
    if (after) where('(t.no > ? OR (t.no = ? AND s.id > ?))', Number(no), Number(no), after);
    const heads = await this.database.query<ScriptHead & { no: number }>(
      `SELECT ${HEAD} FROM scripts s JOIN tricks t ON t.code = s.trick JOIN script_versions v ON v.scriptId = s.id
       WHERE ${conditions.join(' AND ')} ORDER BY t.no, s.id LIMIT ?`,
      [...values, query.limit + 1],
    );
    const versions = await this.versionsOf(heads.map((head) => head.id));
    return pageOf(
      heads,
      query.limit,
      (head) => `${head.no}.${head.id}`,
      (head) => ({ ...headOf(head), versions: versions.get(head.id) ?? [] }),
    );
  }

  private async versionsOf(scriptIds: readonly string[]): Promise<Map<string, VersionRecord[]>> {
    const byScript = new Map<string, VersionRecord[]>(scriptIds.map((id) => [id, []]));
    if (scriptIds.length === 0) return byScript;
    const rows = await this.database.query<Record<string, unknown>>(
      `SELECT * FROM script_versions WHERE scriptId IN (${scriptIds.map(() => '?').join(',')}) ORDER BY version DESC`,
      scriptIds,
    );
    for (const version of rows.map(versionOf)) byScript.get(version.scriptId)!.push(version);
    return byScript;
  }

  async nextVariant({ trick, channel, audience, language }: Place): Promise<number> {
    const row = await this.database.one<{ top: number | null }>(
      `SELECT MAX(variant) AS top FROM scripts WHERE trick = ? AND channel = ? AND language = ? AND COALESCE(audience, '') = ?`,
      [trick, channel, language, audience ?? ''],
    );
    return Number(row?.top ?? 0) + 1;
  }

  async insertScript(script: Omit<ScriptHead, 'type'>): Promise<void> {
    await this.database.insert(
      'scripts',
      ['id', 'trick', 'channel', 'audience', 'language', 'variant', 'origin', 'createdBy', 'createdAt'],
      [
        [
          script.id,
          script.trick,
          script.channel,
          script.audience,
          script.language,
          script.variant,
          script.origin,
          script.createdBy,
          script.createdAt,
        ],
      ],
    );
  }

  async insertVersion(
    v: Pick<
      VersionRecord,
      'scriptId' | 'version' | 'status' | 'title' | 'body' | 'variables' | 'digest' | 'createdBy' | 'createdAt'
    >,
  ): Promise<void> {
    await this.database.insert(
      'script_versions',
      ['id', 'scriptId', 'version', 'status', 'title', 'body', 'variables', 'digest', 'createdBy', 'createdAt'],
      [
        [
          await this.ids.take('scriptVersion', 1),
          v.scriptId,
          v.version,
          v.status,
          v.title,
          v.body,
          JSON.stringify(v.variables),
          v.digest,
          v.createdBy,
          v.createdAt,
        ],
      ],
    );
  }

  async noteTranslationReview(id: number, by: string, now: Instant): Promise<void> {
    await this.database.execute(
      'UPDATE script_versions SET translationReviewedBy = ?, translationReviewedAt = ? WHERE id = ?',
      [by, now, id],
    );
  }

  /** Notes a version's new state: a review keeps who and when, a retirement only when. */
  async moveVersion(
    id: number,
    to: ScriptStatus,
    about: { now: Instant; by?: string; remark?: string },
  ): Promise<void> {
    if (to === 'retired') {
      await this.database.execute(
        'UPDATE script_versions SET status = ?, retiredAt = ?, remark = COALESCE(?, remark) WHERE id = ?',
        [to, about.now, about.remark, id],
      );
    } else if (to === 'inReview') {
      await this.database.execute('UPDATE script_versions SET status = ? WHERE id = ?', [to, id]);
    } else {
      await this.database.execute(
        'UPDATE script_versions SET status = ?, reviewedBy = ?, reviewedAt = ?, remark = ? WHERE id = ?',
        [to, about.by, about.now, about.remark, id],
      );
    }
  }
}
