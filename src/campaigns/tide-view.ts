import type { CountyTime } from '../platform/clock/index.js';
import type { TideRow } from './tide.service.js';

/** A line of the tide table at the API; `lateSeconds` after its time it started. */
export interface TideRowView {
  readonly campaignId: string;
  readonly campaign: string;
  readonly at: string;
  readonly status: TideRow['status'];
  readonly runId: string | null;
  readonly reason: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly lateSeconds: number | null;
}

export const tideRowView = (row: TideRow, county: CountyTime): TideRowView => ({
  campaignId: row.campaignId,
  campaign: row.campaign,
  at: county.iso(row.at),
  status: row.status,
  runId: row.runId,
  reason: row.reason,
  startedAt: county.isoOrNull(row.startedAt),
  finishedAt: county.isoOrNull(row.finishedAt),
  lateSeconds: row.lateMs === null ? null : Math.round(row.lateMs / 1000),
});
