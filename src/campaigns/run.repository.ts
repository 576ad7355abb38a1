import { Injectable } from '@nestjs/common';
import { COUNTY, type Scope } from '../accounts/index.js';
import { Chance, Clock, CountyTime, Database, sha256, type Instant } from '../platform/index.js';
import type { Run, RunKind, RunStatus } from './run.js';

type Raw = { readonly [K in keyof Run]: unknown };
const at = (value: unknown): Instant | null => (value === null || value === undefined ? null : Number(value));

const runOf = (row: Raw): Run => ({
  ...(row as unknown as Run),
  occurrence: Number(row.occurrence),
  plannedAt: at(row.plannedAt),
  planUntil: at(row.planUntil),
  createdAt: Number(row.createdAt),
  startedAt: at(row.startedAt),
  settledAt: at(row.settledAt),
});

export interface NewRun {
  readonly id: string;
  readonly campaignId: string;
  readonly version: number;
  readonly occurrence: Instant;
  readonly kind: RunKind;
  readonly reason?: string | undefined;
  readonly startedBy?: string | undefined;
}

export interface RunQuery {
  readonly scope: Scope;
  readonly campaignId?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  /** Of the occurrence; `to` exclusive. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The rows of runs. A user's queries pass through a scope here: a run belongs to the township of its campaign. */
@Injectable()
export class RunRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly chance: Chance,
  ) {}

  newId(): string {
    return this.chance.id(this.clock);
  }

  /** False where this occurrence of the campaign has its run already: whoever came first made it, and that is no error. */
  async insert(run: NewRun): Promise<boolean> {
    const row: Record<string, string | number | undefined> = {
      ...run,
      status: 'planning' satisfies RunStatus,
      day: this.county.dayNumber(run.occurrence),
      seed: sha256(`${run.campaignId}:${run.occurrence}`),
      createdAt: this.clock.now(),
    };
    const columns = Object.keys(row);
    return (await this.database.insert('runs', columns, [columns.map((c) => row[c])], 'ignore')) > 0;
  }

  async find(id: string, scope: Scope = COUNTY): Promise<Run | null> {
    return this.one(id, scope, '');
  }

  /** Held until the transaction ends. */
  async lock(id: string, scope: Scope = COUNTY): Promise<Run | null> {
    return this.one(id, scope, this.database.forUpdate);
  }

  private async one(id: string, scope: Scope, suffix: string): Promise<Run | null> {
    const within = scope.township === null ? '' : ' AND campaignId IN (SELECT id FROM campaigns WHERE township = ?)';
    const row = await this.database.one<Raw>(`SELECT * FROM runs WHERE id = ?${within}${suffix}`, [
      id,
      ...(scope.township === null ? [] : [scope.township]),
    ]);
    return row && runOf(row);
  }

  async atOccurrence(campaignId: string, occurrence: Instant): Promise<Run | null> {
    const row = await this.database.one<Raw>('SELECT * FROM runs WHERE campaignId = ? AND occurrence = ?', [
      campaignId,
      occurrence,
    ]);
    return row && runOf(row);
  }

  /** The latest first; tests and answers are in no list. */
  async list(q: RunQuery): Promise<Run[]> {
    const conditions: [string, readonly (string | number)[]][] = [["kind NOT IN ('test', 'answer')", []]];
    if (q.scope.township !== null)
      conditions.push(['campaignId IN (SELECT id FROM campaigns WHERE township = ?)', [q.scope.township]]);
    if (q.campaignId !== undefined) conditions.push(['campaignId = ?', [q.campaignId]]);
    if (q.statuses !== undefined) conditions.push([`status IN (${q.statuses.map(() => '?').join(',')})`, q.statuses]);
    if (q.from !== undefined) conditions.push(['occurrence >= ?', [q.from]]);
    if (q.to !== undefined) conditions.push(['occurrence < ?', [q.to]]);
    if (q.after !== undefined) conditions.push(['id < ?', [q.after]]);
    const rows = await this.database.query<Raw>(
      `SELECT * FROM runs WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY id DESC LIMIT ${q.limit}`,
      conditions.flatMap(([, values]) => [...values]),
    );
    return rows.map(runOf);
  }

  /** The oldest occurrence first, as they are to be worked on. */
  async withStatus(...statuses: RunStatus[]): Promise<Run[]> {
    const rows = await this.database.query<Raw>(
      `SELECT * FROM runs WHERE status IN (${statuses.map(() => '?').join(',')}) ORDER BY occurrence, id`,
      statuses,
    );
    return rows.map(runOf);
  }

  async openOf(campaignId: string): Promise<Run[]> {
    const rows = await this.database.query<Raw>(
      `SELECT * FROM runs WHERE campaignId = ? AND status IN ('planning', 'sending', 'paused') ORDER BY occurrence${this.database.forUpdate}`,
      [campaignId],
    );
    return rows.map(runOf);
  }

  async change(id: string, changes: Partial<Omit<Run, 'id'>>): Promise<void> {
    const entries = Object.entries(changes);
    await this.database.execute(`UPDATE runs SET ${entries.map(([c]) => `${c} = ?`).join(', ')} WHERE id = ?`, [
      ...entries.map(([, v]) => v),
      id,
    ]);
  }
}
