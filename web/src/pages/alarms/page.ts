import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'alarms',
  needs: ['alarms'],
  title: { zh: '告警', en: 'Alarms' },
  nav: { group: 'operation', order: 10 },
  load: () => import('./Alarms'),
};
