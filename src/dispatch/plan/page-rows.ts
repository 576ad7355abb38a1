import type { Row } from '../../platform/index.js';
import type { ToSend } from './decide.js';

/**
 * The batches of a page: up to `size` deliveries of one gateway, step and slot each, ordered by content. Where a gateway takes
 * a content each, not more than it takes of them in one call, so that a batch is one call and not one and a rest.
 */
export function divide(sends: readonly ToSend[], size: number): ToSend[][] {
  const byGateway = new Map<string, ToSend[]>();
  for (const send of sends) {
    const key = `${send.gateway.key}\u0000${send.step.index}\u0000${send.slot.opensAt}`;
    const known = byGateway.get(key);
    if (known) known.push(send);
    else byGateway.set(key, [send]);
  }
  return [...byGateway.values()].flatMap((list) => {
    const { ownContent } = list[0]!.gateway.limits;
    const largest = ownContent > 1 ? Math.min(size, ownContent) : size;
    // Of even size: 2,000 in batches of at most 999 are three of 667, not two and a rest of two.
    const even = Math.ceil(list.length / Math.ceil(list.length / largest));
    list.sort((a, b) => (a.message.digest < b.message.digest ? -1 : a.message.digest > b.message.digest ? 1 : 0));
    return Array.from({ length: Math.ceil(list.length / even) }, (_, i) => list.slice(i * even, (i + 1) * even));
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
