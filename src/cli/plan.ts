import type { Command } from 'commander';
import { Preflights, type Preflight } from '../dispatch/index.js';
import type { InputMistake } from '../platform/index.js';
import { answering, command, mistakeLines, Refusal } from './answer.js';
import { TERMINAL, withRooms } from './rooms.js';
import { numbers, table } from './table.js';

const some = (title: string, entries: Readonly<Record<string, number>>): string[] =>
  Object.keys(entries).length === 0 ? [] : ['', table([title, 'n'], Object.entries(entries))];

function shown(plan: Preflight): string {
  const { estimate } = plan;
  const channels = Object.entries(plan.byChannel).map(([name, c]) => [name, c.targeted, c.planned]);
  return [
    `${plan.targeted} targeted (${plan.targetedPeople} people), ${plan.planned} to send.`,
    '',
    table(['channel', 'targeted', 'planned'], channels),
    ...some('skipped because', plan.skipped),
    ...some('trick', plan.byTrick),
    ...some('township', plan.byTownship),
    '',
    `Estimate: ${estimate.messages} messages, ${estimate.smsParts} SMS parts, cost ${estimate.cost}, ${estimate.duration} within the windows.`,
    ...(Object.keys(plan.ladderUpTo).length === 0 ? [] : [`Later steps, at the most: ${numbers(plan.ladderUpTo)}.`]),
    ...plan.samples.flatMap((s) => ['', `[${s.channel}] ${s.trick} (${s.why})`, s.text]),
  ].join('\n');
}

/** `plan`: what a campaign would do if it ran now. Nothing is written. */
export const addPlan = (program: Command): void => {
  command(program, 'plan <campaignId>', 'what a campaign would do if it ran now; nothing is sent').action(
    answering(async (campaignId: string) => {
      const plan = await withRooms((get) => get(Preflights).of(campaignId, TERMINAL));
      if (plan.ok) return { data: plan.value, text: shown(plan.value) };
      throw new Refusal(
        plan.error === 'notFound'
          ? `There is no campaign ${campaignId}.`
          : `It could not run: ${mistakeLines(plan.detail as InputMistake[])}`,
      );
    }),
  );
};
