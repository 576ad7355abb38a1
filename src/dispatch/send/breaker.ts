import type { CallOutcome } from '../../gateways/index.js';

/** Why a gateway is left alone: call after call failed, or it accepts and never says what became of it. */
export type Broken = 'failures' | 'silence';

/** A call that nobody answered properly: no connection, or an end that leaves it in doubt. A refusal is an answer. */
export const hasFailed = ({ items }: CallOutcome): boolean =>
  items.length > 0 &&
  items.every((item) => 'fault' in item && (item.fault.cause === 'unreachable' || item.fault.cause === 'uncertain'));

/** How many calls of a gateway failed one after the other, with these the latest. */
export const streakAfter = (before: number, outcomes: readonly CallOutcome[]): number =>
  outcomes.reduce((streak, outcome) => (hasFailed(outcome) ? streak + 1 : 0), before);

/** What became of the latest messages of a gateway that are old enough to have a receipt. */
export interface Heard {
  readonly awaiting: number;
  readonly withReceipt: number;
}

/** Accepted everything and said nothing: not one receipt of so many messages. */
export const isSilent = ({ awaiting, withReceipt }: Heard, from: number): boolean =>
  withReceipt === 0 && awaiting >= from;
