import type { Page } from '../../app/pages';

export const page: Page = {
  path: '',
  needs: [],
  title: { zh: '今日', en: 'Today' },
  nav: { group: 'work', order: 10 },
  load: () => import('./Today'),
};
