import type { Command } from 'commander';
import { campaignProblem, RunControl } from '../campaigns/index.js';
import { answering, command, Refusal } from './answer.js';
import { TERMINAL, withRooms } from './rooms.js';

/** `run`: starts an active campaign by hand, beside its cadence. A worker plans and sends it. */
export const addRun = (program: Command): void => {
  command(program, 'run <campaignId>', 'start a run of an active campaign by hand; a worker sends it')
    .option('--reason <text>', 'why; needed where the same content went to the same people a short time ago')
    .action(
      answering(async (campaignId: string, { reason }: { reason?: string }) => {
        const started = await withRooms((get) => get(RunControl).runNow(campaignId, TERMINAL, reason));
        if (started.ok) return { data: started.value, text: `Run ${started.value.runId} is to be planned.` };
        throw started.error === 'notFound'
          ? new Refusal(`There is no campaign ${campaignId}.`)
          : campaignProblem(started);
      }),
    );
};
