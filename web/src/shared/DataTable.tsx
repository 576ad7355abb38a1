import type { ReactNode } from 'react';

export interface Column<R> {
  readonly title: string;
  show(row: R): ReactNode;
  /** Numbers stand right, in figures of one width; wide columns wrap. */
  readonly kind?: 'number' | 'wide';
}

interface Props<R> {
  /** What the table is, for who cannot see where it stands. */
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  keyOf(row: R): string;
  toneOf?(row: R): string | undefined;
}

/** A plain table of up to some hundred rows; longer lists: `CursorList`. On a narrow screen it scrolls by itself. */
export function DataTable<R>({ label, columns, rows, keyOf, toneOf }: Props<R>) {
  return (
    // What scrolls must be within reach of the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={column.kind}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className={toneOf?.(row)}>
              {columns.map((column) => (
                <td key={column.title} className={column.kind}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
