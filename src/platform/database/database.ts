import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { insertSql, updateEachSql, upsertSql, type Dialect } from './dialect.js';
import { Gate } from './gate.js';
import { troubleOf } from './trouble.js';

export type SqlValue = string | number | boolean | null | undefined;
export type Row = readonly SqlValue[];

/** A query runner whose transaction is not TypeORM's. */
interface Connection extends Pick<QueryRunner, 'query' | 'manager'> {
  isTransactionActive: boolean;
}

/** What travels to a MySQL server in one statement. */
const VALUES_A_STATEMENT = 16_000;
/** On SQLite a text is prepared once and kept, so there are few sizes: this many rows, its half, its quarter … and one. */
const ROWS_A_PREPARED_STATEMENT = 64;
const ATTEMPTS_ON_DEADLOCK = 6;

const isDeadlock = (error: unknown): boolean =>
  ['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'].includes(
    (error as { driverError?: { code?: string } }).driverError?.code ?? '',
  );

/** True where an error says that a unique key is taken already, on either database. */
export const isDuplicate = (error: unknown): boolean => {
  const code =
    (error as { driverError?: { code?: string } }).driverError?.code ?? (error as { code?: string }).code ?? '';
  return code === 'ER_DUP_ENTRY' || code.startsWith('SQLITE_CONSTRAINT');
};

/**
 * The one door to the database. Work inside `transaction` shares one transaction wherever it is called from (the handle
 * travels by itself, nobody passes it on); an inner `transaction` joins the outer one.
 *
 * SQLite has one writing connection, so there every write passes a gate, one at a time, and those that wait share a commit. Reads
 * outside of a transaction use a second connection that cannot write: nobody sees uncommitted rows, and a forgotten transaction fails loudly.
 */
export class Database {
  private readonly current = new AsyncLocalStorage<EntityManager>();
  private readonly gate = new Gate((work) => this.once(work));
  private trouble: string | null = null;

  constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
    readonly dialect: Dialect,
  ) {}

  /** The manager of the transaction at hand, or one for reading. */
  get manager(): EntityManager {
    return this.current.getStore() ?? this.reader.manager;
  }

  /** True while the caller is inside a transaction: no network call may be made then. */
  get inTransaction(): boolean {
    return this.current.getStore() !== undefined;
  }

  /**
   * Runs `work` in one transaction; it is rolled back where `work` throws. The work may be repeated from its
   * beginning (MariaDB/MySQL after a deadlock, SQLite where another that shared its commit failed), so `work` must hold no state of its own beyond what it returns.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.inTransaction) return work();
    if (this.dialect === 'sqlite') return this.gate.run(work);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        if (!isDeadlock(error) || attempt >= ATTEMPTS_ON_DEADLOCK) throw error;
        await new Promise((resolve) => setTimeout(resolve, attempt * 20));
      }
    }
  }

  /** The database's own trouble of which a transaction failed, until somebody has tried that it takes what is written to it. */
  get writeTrouble(): string | null {
    return this.trouble;
  }

  /** To be called when something was written: a transaction that changes nothing succeeds on a full disk too. */
  forgetTrouble(): void {
    this.trouble = null;
  }

  private async once<T>(work: () => Promise<T>): Promise<T> {
    const inside = (manager: EntityManager) => this.current.run(manager, work);
    try {
      return await (this.dialect === 'sqlite'
        ? this.onSqlite(inside)
        : this.writer.transaction('READ COMMITTED', inside));
    } catch (error) {
      this.trouble = troubleOf(error) ?? this.trouble;
      throw error;
    }
  }

  /**
   * Not TypeORM's own transaction: SQLite undoes one by itself where the disk is full or fails, TypeORM then believes that it is
   * still open and makes the next ones its savepoints, which succeed and commit nothing. BEGIN cannot be taken for anything else.
   */
  private async onSqlite<T>(inside: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner: Connection = this.writer.createQueryRunner();
    await runner.query('BEGIN IMMEDIATE');
    // Else TypeORM begins one of its own where it saves an entity.
    runner.isTransactionActive = true;
    try {
      const value = await inside(runner.manager);
      await runner.query('COMMIT');
      return value;
    } catch (error) {
      // Fails where nothing is open any more; were anything open, the next BEGIN would fail and say so.
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      runner.isTransactionActive = false;
    }
  }

  /** Rows of a SELECT. Outside of a transaction it reads what is committed. */
  query<T>(sql: string, values: Row = []): Promise<T[]> {
    return this.manager.query(sql, values.map(bindable)) as Promise<T[]>;
  }

  async one<T>(sql: string, values: Row = []): Promise<T | null> {
    return (await this.query<T>(sql, values))[0] ?? null;
  }

  /** Runs a statement that changes rows, inside the transaction at hand or in one of its own; answers how many rows it changed. */
  async execute(sql: string, values: Row = []): Promise<number> {
    if (!this.inTransaction) return this.transaction(() => this.execute(sql, values));
    return this.change(sql, values.map(bindable));
  }

  private async change(sql: string, values: readonly unknown[]): Promise<number> {
    const result = await this.runner().query(sql, values as unknown[], true);
    return result.affected ?? 0;
  }

  private runner(): QueryRunner {
    const runner = this.current.getStore()?.queryRunner;
    if (!runner) throw new Error('a change outside of a transaction');
    return runner;
  }

  /** Inserts rows in statements of a bearable size. `ignore` passes over rows whose unique key is taken; the answer counts the others. */
  async insert(
    table: string,
    columns: readonly string[],
    rows: readonly Row[],
    or: 'fail' | 'ignore' = 'fail',
  ): Promise<number> {
    return this.inChunks(columns.length, rows, (n) => insertSql(this.dialect, table, columns, n, or));
  }

  /** Inserts rows, or where the key is there adds to, replaces, or keeps the greatest of the named columns. */
  async upsert(
    table: string,
    keys: readonly string[],
    columns: readonly string[],
    rows: readonly Row[],
    onConflict: { add?: readonly string[]; replace?: readonly string[]; greatest?: readonly string[] },
  ): Promise<number> {
    return this.inChunks(keys.length + columns.length, rows, (n) =>
      upsertSql(this.dialect, table, keys, columns, n, onConflict),
    );
  }

  /** Sets columns of rows that are there, each row to values of its own: `columns` and every row begin with the key. */
  async updateEach(table: string, columns: readonly string[], rows: readonly Row[]): Promise<number> {
    return this.inChunks(columns.length, rows, (n) => updateEachSql(this.dialect, table, columns, n), true);
  }

  /** `isFlat`: the statement has a placeholder for each value; else MySQL's driver writes the rows out at the only one. */
  private async inChunks(
    width: number,
    rows: readonly Row[],
    sql: (rows: number) => string,
    isFlat = this.dialect === 'sqlite',
  ): Promise<number> {
    if (rows.length === 0) return 0;
    if (!this.inTransaction) return this.transaction(() => this.inChunks(width, rows, sql, isFlat));
    let changed = 0;
    for (let i = 0, size = this.largest(width); i < rows.length;) {
      while (size > rows.length - i) size = this.dialect === 'sqlite' ? size / 2 : rows.length - i;
      const part = rows.slice(i, i + size);
      changed += await this.change(sql(size), isFlat ? flattened(part) : [part]);
      i += size;
    }
    return changed;
  }

  private largest(width: number): number {
    return this.dialect === 'sqlite' ? ROWS_A_PREPARED_STATEMENT : Math.max(1, Math.floor(VALUES_A_STATEMENT / width));
  }

  /** Locks the rows of a SELECT until the transaction ends; SQLite's writers stand in line anyway. */
  get forUpdate(): string {
    return this.dialect === 'mysql' ? ' FOR UPDATE' : '';
  }

  async close(): Promise<void> {
    if (this.reader !== this.writer && this.reader.isInitialized) await this.reader.destroy();
    if (this.writer.isInitialized) await this.writer.destroy();
  }
}

const bindable = (value: SqlValue): string | number | null =>
  value === undefined || value === null ? null : typeof value === 'boolean' ? Number(value) : value;

const flattened = (rows: readonly Row[]): (string | number | null)[] => {
  const values: (string | number | null)[] = [];
  for (const row of rows) for (const value of row) values.push(bindable(value));
  return values;
};
