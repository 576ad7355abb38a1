import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'uplinks',
  needs: ['uplinks'],
  title: { zh: '回复', en: 'Replies' },
  nav: { group: 'work', order: 18 },
  load: () => import('./Uplinks'),
};
