import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'conflicts',
  needs: ['imports'],
  title: { zh: '待定重复', en: 'Shared numbers' },
  nav: { group: 'audience', order: 30 },
  load: () => import('./Conflicts'),
};
