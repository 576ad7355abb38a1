import type { Actor } from '../../accounts/index.js';
import type { CampaignDefinition } from '../../campaigns/index.js';
import type { Database, Instant, Ledger } from '../../platform/index.js';

/**
 * How far the numbers of calls, batches and deliveries jump. Those handed out after the backup are unknown here, and gateways
 * know them: a call under a number that was used would be taken for a repetition, and a late receipt would settle a stranger's
 * message. A thousand million is more than a province sends in years, and a hundred-thousandth of what a number can hold.
 */
const NUMBERS_JUMP = 1_000_000_000;
const NUMBERED = ['delivery', 'call', 'batch'];

export interface Quarantined {
  readonly campaigns: readonly { readonly id: string; readonly was: string }[];
  readonly runs: readonly { readonly id: string; readonly campaignId: string; readonly was: string }[];
}

/**
 * Stops all that would send by itself, inside the transaction that makes a restored database one that can be started: what was
 * under way at the time of the backup has gone on since, and nobody here knows how far.
 *   - Runs that had not ended are paused one by one, so that a campaign that goes on does not take them along. What they had
 *     planned stays as it is, until somebody resumes or cancels each.
 *   - Campaigns are paused. Whoever resumes one gets its next occurrence; those in between are told as skipped.
 *   - An event campaign counts from now: arrivals of before the restore have had their message or are for a person to decide.
 *   - Everybody signs in again: a session that was ended after the backup would live again.
 */
export async function quarantine(database: Database, now: Instant): Promise<Quarantined> {
  const runs = await database.query<Quarantined['runs'][number]>(
    "SELECT id, campaignId, status AS was FROM runs WHERE status IN ('planning', 'sending', 'paused') ORDER BY id",
  );
  const campaigns = await database.query<{ id: string; was: string; definition: string | null }>(
    `SELECT c.id AS id, c.status AS was, v.definition AS definition FROM campaigns c
      LEFT JOIN campaign_versions v ON v.campaignId = c.id AND v.version = c.approvedVersion
      WHERE c.status IN ('active', 'paused') ORDER BY c.id`,
  );
  await database.execute(
    "UPDATE runs SET status = 'paused', pausedBy = 'run', planOwner = NULL, planUntil = NULL WHERE status IN ('planning', 'sending', 'paused')",
  );
  await database.execute(
    "UPDATE campaigns SET status = 'paused', nextRunAt = NULL, updatedAt = ? WHERE status = 'active'",
    [now],
  );
  for (const { id, definition } of campaigns) {
    const kind = definition === null ? null : (JSON.parse(definition) as CampaignDefinition).cadence.kind;
    if (kind === 'event') await database.execute('UPDATE campaigns SET activatedAt = ? WHERE id = ?', [now, id]);
  }
  await database.execute('UPDATE sessions SET endedAt = ? WHERE endedAt IS NULL', [now]);
  await database.execute(
    "UPDATE imports SET status = 'failed', error = ?, finishedAt = ? WHERE status IN ('queued', 'running')",
    ['Restored from a backup, which holds no uploaded files: bring it again.', now],
  );
  await database.upsert(
    'id_blocks',
    ['name'],
    ['next'],
    NUMBERED.map((name) => [name, NUMBERS_JUMP]),
    { add: ['next'] },
  );
  return {
    campaigns: campaigns.filter((c) => c.was === 'active').map(({ id, was }) => ({ id, was })),
    runs: runs.map(({ id, campaignId, was }) => ({ id, campaignId, was })),
  };
}

/** Tells the ledger of the restore and of each thing that it stopped. */
export async function recordRestore(
  ledger: Ledger,
  by: Actor,
  {
    campaigns,
    runs,
    ...of
  }: Quarantined & { readonly madeAt: string; readonly sha256: string; readonly despite: boolean },
): Promise<void> {
  const actor = { id: by.id, name: by.name };
  const detail = { ...of, campaignsPaused: campaigns.length, runsPaused: runs.length };
  await ledger.write({ action: 'backup.restore', subject: 'backup', by: actor, detail });
  for (const { id, was } of campaigns) {
    const change = { from: was, to: 'paused', remark: 'restored from a backup' };
    await ledger.write({ action: 'campaign.pause', subject: `campaign/${id}`, by: actor, detail: change });
  }
  for (const { id, campaignId, was } of runs) {
    const change = { campaign: campaignId, from: was, to: 'paused', reason: 'restored from a backup' };
    await ledger.write({ action: 'run.pause', subject: `run/${id}`, by: actor, detail: change });
  }
}
