import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'reports',
  needs: ['reports'],
  title: { zh: '统计', en: 'Reports' },
  nav: { group: 'reports', order: 10 },
  load: () => import('./Reports'),
};
