import type { Page } from '../../app/pages';

export const pages: readonly Page[] = [
  {
    path: 'approvals',
    needs: ['campaigns.approve'],
    title: { zh: '审批', en: 'Approvals' },
    nav: { group: 'work', order: 20 },
    load: () => import('./Approvals'),
  },
  {
    path: 'approvals/:id',
    needs: ['campaigns.read'],
    title: { zh: '审批活动', en: 'Approve a campaign' },
    load: () => import('./Approval'),
  },
];
