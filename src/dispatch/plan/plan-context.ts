import type { Rule } from '../../audience/index.js';
import type { CampaignDefinition } from '../../campaigns/index.js';
import type { Channel, Gateway } from '../../gateways/index.js';
import type { Assigned } from '../../library/index.js';
import type { Instant } from '../../platform/index.js';
import type { Cap } from './guards.js';

/** What the plan of one run has to know; read once, so that a page costs no look-up of its own. */
export interface PlanContext {
  readonly run: {
    readonly id: string;
    readonly campaignId: string;
    readonly day: number;
    readonly occurrence: Instant;
    readonly isEvent: boolean;
  };
  readonly definition: CampaignDefinition;
  readonly township: string | null;
  readonly rule: Rule;
  readonly groupRule: Rule | null;
  readonly isSensitive: boolean;
  readonly named: readonly string[];
  readonly spread: { readonly over: number; readonly day: number } | null;
  readonly priority: number;
  /**
   * Where who yields moves to the next slot: the run before, whose deferred are this run's too (null: there was none). Absent
   * where the campaign yields for good.
   */
  readonly deferredIn: string | null | undefined;
  readonly steps: readonly PlanStep[];
}

export interface AssignmentAsk {
  readonly key: string;
  readonly populations: readonly string[];
  readonly tags: readonly string[];
  readonly township: string;
  readonly language: string;
  readonly heard: ReadonlyMap<string, Instant>;
}

/** When messages of a step may go out. */
export interface Slot {
  readonly opensAt: Instant;
  readonly expiresAt: Instant | null;
  /** The county month in which it opens, 202611. */
  readonly month: number;
}

/** One channel of the campaign, in the order of its list. */
export interface PlanStep {
  readonly index: number;
  readonly channel: Channel;
  /** The earlier channel whose unreached this step is for; null: planned with the run. */
  readonly after: { readonly channel: Channel; readonly forMs: number } | null;
  readonly gateways: readonly Gateway[];
  readonly caps: readonly Cap[];
  readonly slot: Slot;
  /** Of a stepped roll-out: when the later share has its turn. */
  readonly laterSlot: Slot | null;
  readonly assign: (ask: AssignmentAsk) => Assigned;
}
