import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'urgent',
  needs: ['campaigns.write', 'scripts.write'],
  title: { zh: '今早新骗局', en: 'New scam this morning' },
  nav: { group: 'work', order: 15 },
  load: () => import('./Urgent'),
};
