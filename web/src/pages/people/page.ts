import type { Page } from '../../app/pages';

export const pages: readonly Page[] = [
  {
    path: 'people',
    needs: ['people.read'],
    title: { zh: '人员', en: 'People' },
    nav: { group: 'audience', order: 10 },
    load: () => import('./People'),
  },
  { path: 'people/:id', needs: ['people.read'], title: { zh: '人员', en: 'Person' }, load: () => import('./Person') },
];
