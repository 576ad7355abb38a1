/** The two families of SQL that the product speaks. */
export type Dialect = 'sqlite' | 'mysql';

/** Placeholders for a list of n values. */
export const marks = (n: number): string => Array.from({ length: n }, () => '?').join(',');

/** The MySQL driver writes a list of rows out itself: there one placeholder stands for all of them. */
const rowMarks = (dialect: Dialect, columns: number, rows: number): string => {
  if (dialect === 'mysql') return '?';
  const row = `(${marks(columns)})`;
  return Array.from({ length: rows }, () => row).join(',');
};

export const quoted = (dialect: Dialect, name: string): string => (dialect === 'mysql' ? `\`${name}\`` : `"${name}"`);

export const insertSql = (
  dialect: Dialect,
  table: string,
  columns: readonly string[],
  rows: number,
  or: 'fail' | 'ignore',
): string => {
  const verb = or === 'fail' ? 'INSERT INTO' : dialect === 'mysql' ? 'INSERT IGNORE INTO' : 'INSERT OR IGNORE INTO';
  const names = columns.map((c) => quoted(dialect, c)).join(',');
  return `${verb} ${quoted(dialect, table)} (${names}) VALUES ${rowMarks(dialect, columns.length, rows)}`;
};

/** An insert that adds to the numbers of a row that is already there, or overwrites its columns. */
export const upsertSql = (
  dialect: Dialect,
  table: string,
  keys: readonly string[],
  columns: readonly string[],
  rows: number,
  onConflict: { add?: readonly string[]; replace?: readonly string[]; greatest?: readonly string[] },
): string => {
  const insert = insertSql(dialect, table, [...keys, ...columns], rows, 'fail');
  const given = (c: string) =>
    dialect === 'mysql' ? `VALUES(${quoted(dialect, c)})` : `excluded.${quoted(dialect, c)}`;
  const held = (c: string) => `${quoted(dialect, table)}.${quoted(dialect, c)}`;
  const max = dialect === 'mysql' ? 'GREATEST' : 'MAX';
  const sets = [
    ...(onConflict.add ?? []).map((c) => `${quoted(dialect, c)} = ${held(c)} + ${given(c)}`),
    ...(onConflict.replace ?? []).map((c) => `${quoted(dialect, c)} = ${given(c)}`),
    ...(onConflict.greatest ?? []).map(
      (c) => `${quoted(dialect, c)} = ${max}(COALESCE(${held(c)}, 0), COALESCE(${given(c)}, 0))`,
    ),
  ].join(', ');
  return dialect === 'mysql'
    ? `${insert} ON DUPLICATE KEY UPDATE ${sets}`
    : `${insert} ON CONFLICT (${keys.map((k) => quoted(dialect, k)).join(',')}) DO UPDATE SET ${sets}`;
};

/** Sets columns of many rows, each to values of its own; `columns` begins with the key. */
export const updateEachSql = (dialect: Dialect, table: string, columns: readonly string[], rows: number): string => {
  const names = columns.map((c) => quoted(dialect, c));
  const [key, ...others] = names;
  const t = quoted(dialect, table);
  if (dialect === 'sqlite') {
    const sets = others.map((c) => `${c} = v.${c}`).join(', ');
    return `WITH v(${names.join(',')}) AS (VALUES ${rowMarks(dialect, columns.length, rows)}) UPDATE ${t} SET ${sets} FROM v WHERE ${t}.${key} = v.${key}`;
  }
  const first = `SELECT ${names.map((c) => `? AS ${c}`).join(',')}`;
  const more = ` UNION ALL SELECT ${marks(columns.length)}`.repeat(rows - 1);
  const sets = others.map((c) => `${t}.${c} = v.${c}`).join(', ');
  return `UPDATE ${t} JOIN (${first}${more}) v ON v.${key} = ${t}.${key} SET ${sets}`;
};
