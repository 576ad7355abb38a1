import type { Client, Island } from './app.js';

/** A daily SMS campaign to everybody in `locals`, approved by a second person and active; it runs at the next 09:00. */
export async function launch(island: Island, officer: Client, change: object = {}): Promise<{ campaignId: string }> {
  const rule = { combinator: 'and', rules: [{ field: 'population', operator: '=', value: 'local' }] };
  const segment = await officer.post<{ id: string; count: number }>('/segments', { name: '本地', of: 'people', rule });
  const campaign = await officer.post<{ id: string }>('/campaigns', {
    name: '日常提醒',
    segmentId: segment.body.id,
    channels: [{ channel: 'sms' }],
    assignment: { policy: 'rotate', by: 'person' },
    cadence: { kind: 'daily', at: '09:00' },
    missed: 'runOnce',
    ...change,
  });
  const { id } = campaign.body;
  const approver = await island.client.as('approver');
  const steps = [
    await officer.post(`/campaigns/${id}/submit`),
    await approver.post(`/campaigns/${id}/approve`, { targeted: segment.body.count }),
    await officer.post(`/campaigns/${id}/activate`),
  ];
  const wrong = steps.find((s) => s.status !== 200);
  if (wrong) throw new Error(`the campaign does not start: ${JSON.stringify(wrong.body)}`);
  return { campaignId: id };
}

/** The runs of a campaign, the newest first. */
export const runsOf = async (client: Client, campaignId: string): Promise<string[]> =>
  (await client.get<{ items: { id: string }[] }>(`/runs?campaignId=${campaignId}`)).body.items.map((r) => r.id);
