import type { Page } from '../../app/pages';

export const pages: readonly Page[] = [
  {
    path: 'imports',
    needs: ['imports'],
    title: { zh: '导入', en: 'Imports' },
    nav: { group: 'audience', order: 20 },
    load: () => import('./Imports'),
  },
  {
    path: 'imports/new',
    needs: ['imports'],
    title: { zh: '导入名单', en: 'Import a list' },
    load: () => import('./NewImport'),
  },
  { path: 'imports/:id', needs: ['imports'], title: { zh: '导入', en: 'Import' }, load: () => import('./Import') },
];
