import { query } from '../api/client';
import type { RunView } from '../api/types';

const OPEN = new Set(['planning', 'sending', 'paused']);
export const isGoingOut = (run: RunView): boolean =>
  OPEN.has(run.status) && run.kind !== 'test' && run.kind !== 'answer';

/** The latest runs, asked again every few seconds: for lists of several. One run alone is followed by its stream. */
export const useLatestRuns = (everyMs = 5_000) =>
  query.useQuery('get', '/api/v1/runs', { params: { query: { limit: 50 } } }, { refetchInterval: everyMs });

/** The campaign of a run as people call it; the run of fixed answers has none. */
export const nameOf = ({ campaignName, campaignId }: RunView): string => campaignName ?? campaignId;
