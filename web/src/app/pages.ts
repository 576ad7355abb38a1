import type { ComponentType } from 'react';
import type { Right } from '../api/types';
import type { Language } from './i18n';

export const GROUPS = ['work', 'campaigns', 'audience', 'library', 'reports', 'operation'] as const;
export type Group = (typeof GROUPS)[number];

/** One page of the console: every `pages/<page>/page.ts` exports one as `page`, or several as `pages`. */
export interface Page {
  /** Where it stands: `runs/:id`. */
  readonly path: string;
  /** The rights without which nobody sees it. */
  readonly needs: readonly Right[];
  readonly title: Readonly<Record<Language, string>>;
  /** Its place in the navigation; absent: it is reached from another page. */
  readonly nav?: { readonly group: Group; readonly order: number };
  load(): Promise<{ default: ComponentType }>;
}

const found = import.meta.glob<{ page?: Page; pages?: readonly Page[] }>('../pages/*/page.ts', { eager: true });

export const pages: readonly Page[] = Object.values(found).flatMap(({ page, pages: several }) => [
  ...(page ? [page] : []),
  ...(several ?? []),
]);
