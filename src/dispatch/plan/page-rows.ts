import type { Row } from '../../platform/index.js';
import type { ToSend } from './decide.js';

/** The batches of a page: up to `size` deliveries of one gateway, step and slot each, ordered by content. */
export function divide(sends: readonly ToSend[], size: number): ToSend[][] {
  const byGateway = new Map<string, ToSend[]>();
  for (const send of sends) {
    const key = `${send.gateway.key}\u0000${send.step.index}\u0000${send.slot.opensAt}`;
    byGateway.set(key, [...(byGateway.get(key) ?? []), send]);
  }
  return [...byGateway.values()].flatMap((list) => {
    const ordered = [...list].sort((a, b) =>
      a.message.digest < b.message.digest ? -1 : a.message.digest > b.message.digest ? 1 : 0,
    );
    return Array.from({ length: Math.ceil(ordered.length / size) }, (_, i) => ordered.slice(i * size, (i + 1) * size));
  });
}

export const DELIVERY_INSERT = [
  'id', 'runId', 'campaignId', 'step', 'channel', 'gateway', 'recipient', 'personId', 'groupChatId', 'address', 'addressKey',
  'population', 'township', 'type', 'trick', 'scriptVersionId', 'suffixMonth', 'sentenceId', 'variables', 'contentDigest', 'why', 'parts', 'headCount', 'urgent',
  'day', 'batchId', 'status', 'cost', 'plannedAt', 'expiresAt',
] as const; // prettier-ignore

export interface RowContext {
  readonly runId: string;
  readonly campaignId: string;
  readonly day: number;
  readonly isUrgent: boolean;
  readonly now: number;
}

export const deliveryRow = (context: RowContext, id: number, batchId: number, send: ToSend): Row => [
  id,
  context.runId,
  context.campaignId,
  send.step.index,
  send.step.channel,
  send.gateway.key,
  send.recipient,
  send.personId,
  send.groupChatId,
  send.address.sealed,
  send.address.key,
  send.population,
  send.township,
  send.script.type,
  send.script.trick,
  send.script.versionId,
  send.suffixMonth,
  send.sentence?.id ?? null,
  send.message.variables,
  send.message.digest,
  send.why,
  send.message.parts,
  send.headCount,
  context.isUrgent ? 1 : 0,
  context.day,
  batchId,
  'pending',
  Math.round(send.message.parts * send.gateway.costPerPart * 10_000),
  context.now,
  send.slot.expiresAt,
];
