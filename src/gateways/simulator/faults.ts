import { z } from 'zod';
import type { Chance } from './chance.js';
import { gatewayNames, type GatewayName } from './gateway.js';

const share = z.number().min(0).max(1).nullable().optional();
const ms = z
  .number()
  .int()
  .min(0)
  .max(7 * 86_400_000)
  .nullable()
  .optional();

/** The body of `POST /_sim/faults`: an absent fault stays as it is, null takes it away. */
export const faultsBody = z.strictObject({
  gateway: z.enum(gatewayNames),
  latencyMs: z.number().int().min(0).max(600_000).nullable().optional(),
  errorRate: share,
  dropAfterAccept: share,
  throttleAfter: z.number().int().min(0).nullable().optional(),
  down: z.boolean().nullable().optional(),
  receiptDelayMs: ms,
  receiptLossRate: share,
  receiptDuplicateRate: share,
});
export type FaultName = Exclude<keyof z.infer<typeof faultsBody>, 'gateway'>;

/** What is wrong with a gateway at the moment; an absent fault is not there. */
export type FaultSet = { [name in FaultName]?: NonNullable<z.infer<typeof faultsBody>[name]> };

/** The faults of all gateways. Chance comes from the simulator's seed, so a run can be repeated. */
export class Faults {
  private sets = new Map<GatewayName, FaultSet>();
  private seconds = new Map<GatewayName, { second: number; requests: number }>();

  constructor(private readonly chance: Chance) {}

  of(gateway: GatewayName): FaultSet {
    return this.sets.get(gateway) ?? {};
  }

  change({ gateway, ...changes }: z.infer<typeof faultsBody>): FaultSet {
    const merged = { ...this.of(gateway), ...changes };
    const kept = Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== null && value !== undefined),
    );
    this.sets.set(gateway, kept);
    return kept;
  }

  /** Whether something that happens in `rate` of the cases happens now. */
  strikes(rate: number | undefined): boolean {
    return rate !== undefined && rate > 0 && this.chance() < rate;
  }

  /** Counts a request in the current real second; true when `throttleAfter` is used up in it. */
  isThrottled(gateway: GatewayName): boolean {
    const { throttleAfter } = this.of(gateway);
    if (throttleAfter === undefined) return false;
    const second = Math.floor(Date.now() / 1_000);
    const before = this.seconds.get(gateway);
    const requests = before?.second === second ? before.requests + 1 : 1;
    this.seconds.set(gateway, { second, requests });
    return requests > throttleAfter;
  }

  clear(): void {
    this.sets.clear();
    this.seconds.clear();
  }
}
