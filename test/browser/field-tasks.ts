import { Accounts } from '../../src/accounts/index.js';
import type { Island } from '../support/app.js';

/** What there is to do for `grid` on the island: a post in the group that they own, two visits; answers when they are due. */
export async function fieldTasks(island: Island): Promise<void> {
  const officer = await island.client.as('officer');
  await officer.put('/people', {
    people: ['V1', 'V2'].map((externalId, i) => ({
      externalId,
      name: i === 0 ? '王秀兰' : '李大海',
      phone: `1380002010${i}`,
      township: '菜园镇',
      community: '东海社区',
      populations: [{ kind: 'special' }],
    })),
  });
  const chat = await officer.post<{ id: string }>('/group-chats', {
    name: '东海社区邻里群',
    platform: 'wechat',
    township: '菜园镇',
    population: 'local',
    headCount: 312,
    owner: 'grid',
  });
  const rule = (value: string) => ({ combinator: 'and', rules: [{ field: 'population', operator: '=', value }] });
  const segment = async (of: string, value: string) =>
    (await officer.post<{ id: string }>('/segments', { name: `${of} ${value}`, of, rule: rule(value) })).body.id;
  const made = await officer.post<{ id: string }>('/campaigns', {
    name: '特殊群体常@',
    segmentId: await segment('people', 'special'),
    groupSegmentId: await segment('groupChats', 'local'),
    channels: [{ channel: 'chat' }, { channel: 'visit' }],
    assignment: { policy: 'rotate', by: 'occurrence' },
    cadence: { kind: 'daily', at: '08:30' },
    missed: 'runOnce',
  });
  const path = `/campaigns/${made.body.id}`;
  const submitted = await officer.post(`${path}/submit`);
  const approver = await island.client.as('approver');
  const { body } = await approver.post<{ targeted: number }>(`${path}/preview`);
  const approved = await approver.post(`${path}/approve`, { targeted: body.targeted });
  const active = await officer.post(`${path}/activate`);
  const statuses = [chat.status, made.status, submitted.status, approved.status, active.status];
  if (statuses.some((status) => status >= 300))
    throw new Error(JSON.stringify([chat.body, made.body, submitted.body, approved.body, active.body]));
}

/** The part of a new personal link that follows the address of the product. */
export async function fieldLink(island: Island, username = 'grid'): Promise<string> {
  const user = await island.running.app.get(Accounts, { strict: false }).byUsername(username);
  const admin = await island.client.as('admin');
  const { body } = await admin.post<{ url: string }>(`/users/${user!.id}/link`);
  return body.url.slice(body.url.indexOf('/#/'));
}
