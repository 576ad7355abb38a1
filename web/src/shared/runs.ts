import { query } from '../api/client';
import type { RunView } from '../api/types';

const OPEN = new Set(['planning', 'sending', 'paused']);
export const isGoingOut = (run: RunView): boolean =>
  OPEN.has(run.status) && run.kind !== 'test' && run.kind !== 'answer';

/** The latest runs, asked again every few seconds: for lists of several. One run alone is followed by its stream. */
export const useLatestRuns = (everyMs = 5_000) =>
  query.useQuery('get', '/api/v1/runs', { params: { query: { limit: 50 } } }, { refetchInterval: everyMs });

/** Names of campaigns by id, of those on the first page. */
export function useCampaignNames(): (id: string) => string {
  const campaigns = query.useQuery(
    'get',
    '/api/v1/campaigns',
    { params: { query: { limit: 100 } } },
    { staleTime: 60_000 },
  );
  const names = new Map((campaigns.data?.items ?? []).map((campaign) => [campaign.id, campaign.name]));
  return (id) => names.get(id) ?? id;
}
