import type { Columns, Field } from './header.js';
import type { PeopleTable } from './people-table.reader.js';

/** What a row says where its cell is blank, or the file has no such column at all. */
export interface RowDefaults {
  readonly populations?: string;
  readonly township?: string;
}

const FIELDS = ['populations', 'township'] as const satisfies readonly Field[];

/**
 * The table with a column more for each default: read last of its field, so that it fills blanks only. Rejects carry it, so that
 * they mean the same wherever they are brought in again.
 */
export function withDefaults(table: PeopleTable, defaults: RowDefaults): PeopleTable {
  const given = FIELDS.flatMap((field) => {
    const value = defaults[field];
    return value === undefined ? [] : [{ field, value }];
  });
  if (given.length === 0) return table;
  const width = table.header.length;
  const columns: Columns = new Map(table.columns);
  given.forEach(({ field }, i) =>
    (columns as Map<Field, number[]>).set(field, [...(columns.get(field) ?? []), width + i]),
  );
  return {
    header: [...table.header, ...given.map(({ field }) => field)],
    columns,
    unknown: table.unknown,
    done: () => table.done(),
    async *rows() {
      for await (const rows of table.rows()) {
        yield rows.map(({ line, cells }) => {
          const own = Array.from({ length: width }, (_, i) => cells[i] ?? '');
          return { line, cells: [...own, ...given.map(({ value }) => value)] };
        });
      }
    },
  };
}
