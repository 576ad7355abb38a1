import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'tasks',
  needs: ['tasks'],
  title: { zh: '任务', en: 'Tasks' },
  nav: { group: 'work', order: 20 },
  load: () => import('./Tasks'),
};
