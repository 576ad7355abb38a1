import { Injectable } from '@nestjs/common';
import { Database, pageOf, type Page, type Row } from '../platform/index.js';
import type { Role } from './rights.js';
import { readUsername } from './username.js';

/** A user as it is stored: phone and secrets sealed. */
export interface UserRecord {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly township: string | null;
  readonly phone: string | null;
  readonly phoneKey: string | null;
  readonly phoneVerifiedAt: number | null;
  readonly email: string | null;
  readonly accountId: string | null;
  readonly totpSecret: string | null;
  readonly totpPending: string | null;
  readonly totpStep: number | null;
  readonly mayReadSensitive: boolean;
  readonly disabledAt: number | null;
  readonly heldBy: string | null;
  readonly createdAt: number;
}

const COLUMNS = [
  'id',
  'username',
  'passwordHash',
  'role',
  'township',
  'phone',
  'phoneKey',
  'phoneVerifiedAt',
  'email',
  'accountId',
  'totpSecret',
  'totpPending',
  'totpStep',
  'mayReadSensitive',
  'disabledAt',
  'heldBy',
  'createdAt',
] as const;

/** The columns of a user behind a table's alias, each with the prefix `u_`, for a SELECT that joins. */
export const userColumns = (alias: string): string => COLUMNS.map((c) => `${alias}.${c} AS u_${c}`).join(', ');

const numberOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

const tidy = (row: UserRecord): UserRecord => ({
  ...row,
  phoneVerifiedAt: numberOrNull(row.phoneVerifiedAt),
  totpStep: numberOrNull(row.totpStep),
  mayReadSensitive: Boolean(Number(row.mayReadSensitive)),
  disabledAt: numberOrNull(row.disabledAt),
  createdAt: Number(row.createdAt),
});

/** The user in a row that was read with `userColumns`. */
export const userIn = (row: Readonly<Record<string, unknown>>): UserRecord =>
  tidy(Object.fromEntries(COLUMNS.map((c) => [c, row[`u_${c}`]])) as unknown as UserRecord);

type Changes = { -readonly [K in keyof Omit<UserRecord, 'id' | 'username' | 'createdAt'>]?: UserRecord[K] };

/** The users' table: the one place that reads and writes it. */
@Injectable()
export class UserRecords {
  constructor(private readonly database: Database) {}

  byName(username: string): Promise<UserRecord | null> {
    return this.where('username = ?', [readUsername(username)]);
  }

  byId(id: string): Promise<UserRecord | null> {
    return this.where('id = ?', [id]);
  }

  /** As `byId`; nobody else changes the user until the transaction at hand ends. */
  locked(id: string): Promise<UserRecord | null> {
    return this.where(`id = ?${this.database.forUpdate}`, [id]);
  }

  async inRole(role: Role, township?: string): Promise<UserRecord[]> {
    const inTownship = township === undefined ? '' : ' AND township = ?';
    const rows = await this.database.query<UserRecord>(
      `SELECT ${COLUMNS.join(', ')} FROM users WHERE role = ?${inTownship} AND disabledAt IS NULL ORDER BY username`,
      township === undefined ? [role] : [role, township],
    );
    return rows.map(tidy);
  }

  async page<T>(after: string, limit: number, show: (user: UserRecord) => T): Promise<Page<T>> {
    const rows = await this.database.query<UserRecord>(
      `SELECT ${COLUMNS.join(', ')} FROM users WHERE username > ? ORDER BY username LIMIT ${Math.trunc(limit) + 1}`,
      [after],
    );
    return pageOf(rows.map(tidy), limit, (user) => user.username, show);
  }

  async add(user: UserRecord): Promise<void> {
    await this.database.insert('users', COLUMNS, [COLUMNS.map((c) => user[c])]);
  }

  async change(id: string, changes: Changes): Promise<void> {
    const entries = Object.entries(changes) as [keyof Changes, Row[number]][];
    const names = entries.map(([column]) => `${column} = ?`).join(', ');
    await this.database.execute(`UPDATE users SET ${names} WHERE id = ?`, [...entries.map(([, value]) => value), id]);
  }

  /** Marks a step as used; false where a code of that step or a later one was taken in the meantime. */
  async useStep(id: string, step: number): Promise<boolean> {
    const sql = 'UPDATE users SET totpStep = ? WHERE id = ? AND (totpStep IS NULL OR totpStep < ?)';
    return (await this.database.execute(sql, [step, id, step])) > 0;
  }

  private async where(condition: string, values: Row): Promise<UserRecord | null> {
    const row = await this.database.one<UserRecord>(
      `SELECT ${COLUMNS.join(', ')} FROM users WHERE ${condition}`,
      values,
    );
    return row ? tidy(row) : null;
  }
}
