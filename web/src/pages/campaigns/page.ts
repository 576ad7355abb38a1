import type { Page } from '../../app/pages';

export const pages: readonly Page[] = [
  {
    path: 'campaigns',
    needs: ['campaigns.read'],
    title: { zh: '宣传活动', en: 'Campaigns' },
    nav: { group: 'campaigns', order: 10 },
    load: () => import('./Campaigns'),
  },
  {
    path: 'campaigns/:id',
    needs: ['campaigns.read'],
    title: { zh: '宣传活动', en: 'Campaign' },
    load: () => import('./Campaign'),
  },
];
