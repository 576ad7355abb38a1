import type { Command } from 'commander';
import { GatewayTest, Switches } from '../dispatch/index.js';
import { GatewayChecks, Gateways } from '../gateways/index.js';
import { answering, command, Refusal } from './answer.js';
import { TERMINAL, withRooms } from './rooms.js';
import { table } from './table.js';

interface Listed {
  readonly key: string;
  readonly adapter: string;
  readonly channels: readonly string[];
  readonly status: string;
  readonly fault: string | null;
  readonly isSimulator: boolean;
  readonly waitingBatches: number;
  readonly health: { readonly share: number | null; readonly medianSeconds: number | null } | null;
}

const HOW = {
  account: 'The account, the signature and the address are taken.',
  reached: 'The host answers; its accounts belong to the group chats and cannot be tried without posting.',
  nothingToReach: 'This is a task for people: there is nothing to reach.',
};

const receiptsOf = ({ health }: Listed): string =>
  health === null || health.share === null
    ? ''
    : `${Math.round(health.share * 100)} %${health.medianSeconds === null ? '' : ` in ${health.medianSeconds} s`}`;

/** `gateway list`: what is configured, and how it fares. */
export const addGateway = (program: Command): void => {
  const gateway = program.command('gateway').description('the ways out of the house');
  command(gateway, 'list', 'the configured gateways and their state').action(
    answering(async () => {
      const items = (await withRooms((get) => get(Switches).list())) as Listed[];
      const rows = items.map((g) => [
        g.key,
        g.adapter,
        g.channels.join(','),
        g.fault ? `${g.status} (${g.fault})` : g.status,
        g.isSimulator ? 'yes' : '',
        g.waitingBatches,
        receiptsOf(g),
      ]);
      const header = ['key', 'adapter', 'channels', 'status', 'simulator', 'waiting batches', 'receipts'];
      return { data: { items }, text: items.length === 0 ? 'No gateway is configured.' : table(header, rows) };
    }),
  );
  command(
    gateway,
    'check <key>',
    'whether a gateway can be reached and takes our account; sends nothing to anybody',
  ).action(
    answering(async (key: string) => {
      const checked = await withRooms((get) => {
        const found = get(Gateways).get(key);
        if (!found) throw new Refusal(`There is no gateway ${key}.`);
        return get(GatewayChecks).check(found);
      });
      const { how, fault } = checked;
      return {
        data: { key, ok: fault === null, ...checked },
        text: fault === null ? HOW[how] : `${fault.code}: ${fault.note} (${fault.cause})`,
        isBad: fault !== null,
      };
    }),
  );
  command(gateway, 'send-test <key>', 'sends one message that is marked as a test')
    .requiredOption(
      '--to <address>',
      'a phone, an e-mail address, or the webhook of a group (or its JSON with the secret)',
    )
    .action(
      answering(async (key: string, { to }: { to: string }) => {
        const sent = await withRooms((get) => get(GatewayTest).send(key, to, TERMINAL));
        if (!sent.ok) throw new Refusal(REFUSED[sent.error]);
        const { fault, ref } = sent.value;
        return {
          data: { key, ok: fault === null, ...sent.value },
          text: fault
            ? `${fault.code}: ${fault.note} (${fault.cause})`
            : `Taken for ${sent.value.to}${ref ? ` as ${ref}` : ''}: ${sent.value.text}`,
          isBad: fault !== null,
        };
      }),
    );
};

const REFUSED = {
  notFound: 'There is no such gateway.',
  task: 'This gateway is a task for people: nothing is sent by it.',
  address: 'This is no address that the gateway can send to.',
};
