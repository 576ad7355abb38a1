import type { FaultCause } from '../gateways/index.js';

type Policy =
  | { readonly then: 'retry' }
  | { readonly then: 'pauseGateway' }
  | { readonly then: 'uncertain' }
  | { readonly then: 'fail'; readonly optOut?: true };

/**
 * What follows from each cause of fault; a new cause does not compile until it stands here. Retried is only what certainly
 * did not leave. Nothing is ever sent twice to find out.
 */
export const faultPolicy = {
  throttled: { then: 'retry' },
  unreachable: { then: 'retry' },
  settings: { then: 'pauseGateway' },
  uncertain: { then: 'uncertain' },
  optedOut: { then: 'fail', optOut: true },
  content: { then: 'fail' },
  recipient: { then: 'fail' },
  refused: { then: 'fail' },
} as const satisfies Record<FaultCause, Policy>;

/**
 * How long to wait before the n-th retry, in milliseconds: doubling from `base` to `max`, less up to half of it by chance
 * (0..1), so that workers that were refused together do not come back together.
 */
export const backoff = (tries: number, base: number, max: number, chance: number): number =>
  Math.round(Math.min(max, base * 2 ** Math.min(tries, 20)) * (1 - chance / 2));
