import { grouped } from './steps.mjs';

const where = (field, operator, value) => ({ field, operator, value });
const all = (...rules) => ({ combinator: 'and', rules });

/** Whom the five campaigns of the mission are for. */
const SEGMENTS = {
  locals: { name: '本地居民', of: 'people', rule: all(where('population', '=', 'local')) },
  chats: { name: '全部工作群和居民群', of: 'groupChats', rule: all() },
  migrants: { name: '流动人口', of: 'people', rule: all(where('population', '=', 'migrant')) },
  arrivals: {
    name: '在岛的入岛群众',
    of: 'people',
    rule: all(where('population', '=', 'arrival'), where('onIsland', '=', true)),
  },
  special: {
    name: '特殊人群：14 天内没有听进去',
    of: 'people',
    rule: all(where('population', '=', 'special'), where('lastAttendedAt', 'notWithinLast', 'P14D')),
  },
};

/** What concerns somebody on the way. */
const TRAVELLERS_TRICKS = [
  'travel_ferry_notice',
  'travel_cheap_lodging',
  'travel_flight_refund',
  'shop_ticket_scalping',
  'shop_private_deal',
];

/** The five campaigns; `segment` and `groups` name the segments above. */
const CAMPAIGNS = [
  {
    label: '本地居民日@',
    segment: 'locals',
    groups: 'chats',
    description: '每个群每天一骗；每位本地居民约每 30 天一条短信',
    channels: [{ channel: 'chat' }, { channel: 'sms' }],
    assignment: { policy: 'rotate' },
    cadence: { kind: 'daily', at: '09:00' },
    spread: { over: 30 },
  },
  {
    label: '流动人口月@',
    segment: 'migrants',
    description: '每月 1 日给流动人口一条短信',
    channels: [{ channel: 'sms' }],
    assignment: { policy: 'rotate', by: 'person' },
    cadence: { kind: 'monthly', day: 1, at: '09:00' },
  },
  {
    label: '入岛全@',
    segment: 'arrivals',
    description: '上岛十分钟后一条短信；夜里到的，第二天 08:30',
    channels: [{ channel: 'sms' }],
    assignment: { policy: 'weighted', tricks: TRAVELLERS_TRICKS },
    cadence: { kind: 'event', event: 'arrival', delay: 'PT10M' },
    expiresAfter: 'P1D',
  },
  {
    label: '特殊人群常@',
    segment: 'special',
    description: '每天给 14 天内没有听进去的特殊人群：电话，不通则短信，再不通则上门',
    channels: [
      { channel: 'voice' },
      { channel: 'sms', after: { unreachedBy: 'voice', for: 'PT4H' } },
      { channel: 'visit', after: { unreachedBy: 'sms', for: 'P1D' } },
    ],
    assignment: { policy: 'weighted' },
    cadence: { kind: 'daily', at: '10:00' },
  },
  {
    label: '一登记一宣传',
    segment: 'migrants',
    description: '流动人口登记十分钟后一条短信',
    channels: [{ channel: 'sms' }],
    assignment: { policy: 'weighted' },
    cadence: { kind: 'event', event: 'registration', delay: 'PT10M' },
    expiresAfter: 'P1D',
  },
];

/**
 * Makes the segments and the five campaigns as the officer, has each previewed and submitted, read and approved by the
 * approver, and activated. Answers them with what the approver read.
 *
 * @param {{ officer: import('./api.mjs').Api, approver: import('./api.mjs').Api }} people
 * @param {(text: string) => void} note
 */
export async function launchCampaigns({ officer, approver }, note) {
  const segments = {};
  for (const [key, segment] of Object.entries(SEGMENTS)) segments[key] = await officer.post('/segments', segment);
  const launched = [];
  for (const { label, segment, groups, ...rest } of CAMPAIGNS) {
    const { id } = await officer.post('/campaigns', {
      name: label,
      segmentId: segments[segment].id,
      ...(groups && { groupSegmentId: segments[groups].id }),
      missed: 'runOnce',
      ...rest,
    });
    await officer.post(`/campaigns/${id}/preview`);
    await officer.post(`/campaigns/${id}/submit`, {});
    const read = await approver.post(`/campaigns/${id}/preview`);
    await approver.post(`/campaigns/${id}/approve`, { targeted: read.targeted, remark: '同意' });
    const active = await officer.post(`/campaigns/${id}/activate`, {});
    note(`${label}: ${grouped(read.targeted)} targeted now, ${grouped(read.planned)} planned; ${active.status}`);
    launched.push({ id, label, cadence: rest.cadence, steps: rest.channels.map(({ channel }) => channel) });
  }
  return launched;
}
