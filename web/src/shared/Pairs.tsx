import type { ReactNode } from 'react';

export type PairRow = readonly [name: string, value: ReactNode];

/** Names and what they are; what is not known is a dash. */
export function Pairs({ rows }: { readonly rows: readonly PairRow[] }) {
  return (
    <dl className="pairs">
      {rows.map(([name, value]) => (
        <div key={name} className="pair">
          <dt>{name}</dt>
          <dd>{value === null || value === '' ? '–' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
