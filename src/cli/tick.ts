import type { Command } from 'commander';
import { Campaigns, Clockwork, Runs } from '../campaigns/index.js';
import { COUNTY } from '../accounts/index.js';
import { CountyTime, parseInstant } from '../platform/index.js';
import { answering, command, errorText, WrongWords, type Answer } from './answer.js';
import { withRooms, type Rooms } from './rooms.js';
import { table } from './table.js';

async function tick(get: Rooms, at: number | undefined): Promise<Answer> {
  const county = get(CountyTime);
  const { runs, failed } = await get(Clockwork).tick(at);
  const made = [];
  for (const id of runs) {
    const run = (await get(Runs).find(id))!;
    const campaign = await get(Campaigns).find(run.campaignId, COUNTY);
    const { kind, status, campaignId } = run;
    made.push({ id, campaignId, campaign: campaign?.name ?? '', occurrence: county.iso(run.occurrence), kind, status });
  }
  const errors = failed.map(({ campaignId, error }) => ({ campaignId, error: errorText(error) }));
  const rows = made.map((r) => [r.id, r.campaign, r.occurrence, r.kind]);
  return {
    data: { runs: made, failed: errors },
    text: [
      made.length === 0 ? 'Nothing was due.' : table(['run', 'campaign', 'occurrence', 'kind'], rows),
      ...errors.map((e) => `campaign ${e.campaignId} could not be looked at: ${e.error}`),
    ].join('\n'),
    isBad: errors.length > 0,
  };
}

/** `tick`: one beat of the clock. It makes the due runs; a worker plans and sends them. */
export const addTick = (program: Command): void => {
  command(program, 'tick', 'make the runs that are due, once; a worker sends them')
    .option('--at <instant>', 'as if it were this moment, such as 2026-12-01T09:00:00+08:00 (now, if it is not given)')
    .action(
      answering(async ({ at }: { at?: string }) => {
        const instant = at === undefined ? undefined : parseInstant(at);
        if (instant === null)
          throw new WrongWords(`--at ${at}: an instant with its offset, such as 2026-12-01T09:00:00+08:00`);
        return withRooms((get) => tick(get, instant));
      }),
    );
};
