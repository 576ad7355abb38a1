import type { Command } from 'commander';
import { CounterRebuild } from '../dispatch/index.js';
import { answering, command } from './answer.js';
import { withRooms } from './rooms.js';

const SHOWN = 20;

/** `counters rebuild`: the proof that the counters say what the deliveries say, and the cure. */
export const addCounters = (program: Command): void => {
  const counters = program.command('counters').description('the counts that reports are made of');
  command(counters, 'rebuild', 'recompute the counters from the deliveries')
    .option('--check', 'only compare; exit 1 on a difference')
    .action(
      answering(async ({ check = false }: { check?: boolean }) => {
        if (!check) {
          const differed = await withRooms((get) => get(CounterRebuild).rebuild());
          return { data: { differed }, text: `Rebuilt; ${differed} ${differed === 1 ? 'cut' : 'cuts'} differed.` };
        }
        const differences = await withRooms((get) => get(CounterRebuild).differences());
        if (differences.length === 0) return { data: { differences }, text: 'The counters agree with the deliveries.' };
        const more = differences.length > SHOWN ? [`… and ${differences.length - SHOWN} more`] : [];
        const text = [`${differences.length} differ:`, ...differences.slice(0, SHOWN), ...more].join('\n');
        return { data: { differences }, text, isBad: true };
      }),
    );
};
