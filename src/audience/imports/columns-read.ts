import { readHeader, type Field } from './header.js';
import type { ImportJob } from './import.repository.js';

/** A column of a file, and what it was read as: null where nobody knew, and it was not read. */
export interface ReadColumn {
  readonly header: string;
  readonly field: Field | null;
}

/** The columns of a file in their order; none until its header is understood. `named` says how a header is shown. */
export function columnsRead(
  { header, mapping }: Pick<ImportJob, 'header' | 'mapping'>,
  named: (header: string) => string,
): ReadColumn[] {
  const reading = readHeader(header ?? [], mapping);
  if (!reading.ok) return [];
  const fieldAt = new Map([...reading.columns].flatMap(([field, places]) => places.map((at) => [at, field] as const)));
  return (header ?? []).map((cell, at) => ({ header: named(cell), field: fieldAt.get(at) ?? null }));
}
