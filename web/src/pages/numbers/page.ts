import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'numbers',
  needs: ['people.read'],
  title: { zh: '坏号码', en: 'Bad numbers' },
  nav: { group: 'audience', order: 35 },
  load: () => import('./Numbers'),
};
