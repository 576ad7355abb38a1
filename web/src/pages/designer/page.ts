import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'campaigns/design',
  needs: ['campaigns.write', 'segments.read', 'library.read'],
  title: { zh: '设计宣传活动', en: 'Design a campaign' },
  load: () => import('./Designer'),
};
