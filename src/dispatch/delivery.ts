import { states } from '../platform/index.js';

/** The eight states of a delivery (docs/architecture.md, "The counts"). `pending` covers a call that is under way. */
export const deliveryStates = states({
  initial: 'pending',
  moves: {
    pending: ['awaiting', 'delivered', 'failed', 'uncertain', 'cancelled', 'expired'],
    awaiting: ['delivered', 'undelivered'],
    // A later, better receipt wins over an earlier one, whatever the order of arrival.
    undelivered: ['delivered'],
    uncertain: ['awaiting', 'delivered', 'undelivered', 'failed', 'pending'],
    delivered: [],
    failed: [],
    cancelled: [],
    expired: [],
  },
});
export type DeliveryStatus = keyof typeof deliveryStates.moves;
export const DELIVERY_STATUSES = Object.keys(deliveryStates.moves) as DeliveryStatus[];

/** `sent` is what a gateway accepted. */
export const SENT: readonly DeliveryStatus[] = ['awaiting', 'delivered', 'undelivered'];

/** The code of an uncertain delivery that a person has left so for good: no answer that says "not sent" opens it again. */
export const WRITTEN_OFF = 'written_off';

/** The cuts that are frozen on a delivery at plan time; counters are kept by them. */
export interface Cut {
  readonly runId: string;
  readonly campaignId: string;
  readonly day: number;
  readonly channel: string;
  readonly gateway: string;
  readonly population: string;
  readonly township: string;
  readonly type: string;
  readonly trick: string;
}

/** A delivery as dispatch handles it. `address` and `variables` are sealed. */
export interface DeliveryRow extends Cut {
  readonly id: number;
  readonly step: number;
  readonly personId: number | null;
  readonly groupChatId: string | null;
  readonly address: string | null;
  readonly addressKey: string | null;
  readonly scriptVersionId: number;
  /** The county month (202611) in which the opt-out suffix went with this SMS; null: without. */
  readonly suffixMonth: number | null;
  readonly sentenceId: number | null;
  readonly variables: string | null;
  readonly parts: number;
  readonly cost: number;
  readonly headCount: number | null;
  readonly urgent: number;
  readonly batchId: number;
  readonly callId: number | null;
  readonly status: DeliveryStatus;
  readonly code: string | null;
  readonly attended: number;
  readonly sentAt: number | null;
}

/** What the deliveries of one batch have in common: read once, not a thousand times. */
export const BATCH_COLUMNS = ['runId', 'campaignId', 'step', 'channel', 'gateway', 'urgent', 'day', 'batchId'] as const;
/** What each has of its own from its plan on. */
export const OWN_COLUMNS = [
  'id', 'personId', 'groupChatId', 'address', 'addressKey', 'population', 'township', 'type', 'trick', 'scriptVersionId', 'suffixMonth',
  'sentenceId', 'variables', 'parts', 'cost', 'headCount',
] as const; // prettier-ignore
/** What sending and receipts change. */
const STANDING_COLUMNS = ['callId', 'status', 'code', 'attended', 'sentAt'] as const;

export const DELIVERY_COLUMNS = [...BATCH_COLUMNS, ...OWN_COLUMNS, ...STANDING_COLUMNS].join(', ');
