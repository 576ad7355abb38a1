import type { Page } from '../../app/pages';

export const page: Page = {
  path: 'groups',
  needs: ['groupChats.read'],
  title: { zh: '群', en: 'Group chats' },
  nav: { group: 'audience', order: 50 },
  load: () => import('./Groups'),
};
