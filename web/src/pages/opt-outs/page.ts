import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'opt-outs',
  needs: ['optOuts.read'],
  title: { zh: '退订', en: 'Opt-outs' },
  nav: { group: 'audience', order: 40 },
  load: () => import('./OptOuts'),
};
