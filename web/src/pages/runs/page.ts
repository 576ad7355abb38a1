import type { Page } from '../../app/pages';

export const pages: readonly Page[] = [
  {
    path: 'runs',
    needs: ['runs.read'],
    title: { zh: '批次', en: 'Runs' },
    nav: { group: 'campaigns', order: 30 },
    load: () => import('./Runs'),
  },
  {
    path: 'runs/:id',
    needs: ['runs.read'],
    title: { zh: '批次', en: 'Run' },
    load: () => import('./Run'),
  },
];
