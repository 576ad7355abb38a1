import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'tide',
  needs: ['tide'],
  title: { zh: '潮信表', en: 'Tide table' },
  nav: { group: 'campaigns', order: 20 },
  load: () => import('./Tide'),
};
