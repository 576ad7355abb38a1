import { Injectable } from '@nestjs/common';
import { OptOuts, PersonEvents, PhoneHealth } from '../../audience/index.js';
import { Runs, Windows } from '../../campaigns/index.js';
import type { Channel } from '../../gateways/index.js';
import { Clock, Config, Database, Vault, type Instant } from '../../platform/index.js';
import type { DeliveryRow } from '../delivery.js';
import { capsOf, isCapped, type Cap } from '../plan/guards.js';
import { Settlement } from '../settle/settlement.service.js';
import { Batches, type Batch } from './batches.repository.js';
import { Contacts } from './contacts.repository.js';

interface Terms {
  readonly opensAt: number;
  readonly closesAt: number;
  readonly caps: readonly Cap[];
  /** To somebody who asked for it: the officer's own test, or an answer. No refusal of publicity stands against it. */
  readonly isDirect: boolean;
  /** A welcome to arrivals: who has left the island meanwhile needs it no more. */
  readonly isWelcome: boolean;
}

export interface Claim {
  readonly batch: Batch;
  readonly deliveries: readonly DeliveryRow[];
  /** When the window closes or the batch expires: no call of it leaves from then on. */
  readonly until: Instant;
  readonly isDirect: boolean;
}

/** What a claim has to ask other rooms. */
@Injectable()
export class ClaimGuards {
  constructor(
    private readonly config: Config,
    private readonly runs: Runs,
    private readonly windows: Windows,
    private readonly optOuts: OptOuts,
    private readonly health: PhoneHealth,
    private readonly events: PersonEvents,
    private readonly vault: Vault,
  ) {}

  /**
   * When the run may send on a channel, and the caps that hold for it. A test to the officer's own phone and an answer to a
   * cry for help wait for no window and no cap; what is urgent has a reserve of its own. `now` is the claim's own instant: a
   * window that is open opens at the moment that is asked about, so a later moment would always be too early.
   */
  async terms(runId: string, channel: Channel, now: Instant): Promise<Terms> {
    const kind = (await this.runs.find(runId))?.kind;
    if (kind === 'test' || kind === 'answer')
      return { opensAt: now, closesAt: Number.MAX_SAFE_INTEGER, caps: [], isDirect: true, isWelcome: false };
    const found = await this.runs.context(runId);
    if (!found) throw new Error(`run ${runId} is gone`);
    const { definition } = found;
    const { opensAt, closesAt } = this.windows.opening(channel, definition.window, now);
    const { cadence } = definition;
    return {
      opensAt,
      closesAt,
      caps: capsOf(this.config.settings.campaigns, channel, definition),
      isDirect: false,
      isWelcome: cadence.kind === 'event' && cadence.event === 'arrival',
    };
  }

  /** Refusals and suppressed numbers, by address key. Numbers are asked for under every index key that is held. */
  async refused(
    deliveries: readonly DeliveryRow[],
    channel: Channel,
  ): Promise<{ optedOut: Set<string>; suppressed: Set<string> }> {
    const keys = deliveries.flatMap((d) => (d.addressKey ? [d.addressKey] : []));
    return { optedOut: await this.optedOut(deliveries, channel), suppressed: await this.health.suppressed(keys) };
  }

  /** Those of the deliveries' people who have left the island. */
  departed(deliveries: readonly DeliveryRow[]): Promise<Set<number>> {
    return this.events.departed(deliveries.flatMap((d) => (d.personId === null ? [] : [d.personId])));
  }

  /** Address keys of those who refuse the channel now. */
  async optedOut(deliveries: readonly DeliveryRow[], channel: Channel): Promise<Set<string>> {
    const reached = deliveries.filter((d) => d.addressKey !== null && d.address !== null);
    const refused = await this.optOuts.of(
      reached.map((d) => d.addressKey!),
      channel,
    );
    if (channel === 'email' || !this.vault.hasFormerIndexKeys) return refused;
    const numbers = new Map(reached.map((d) => [this.vault.open(d.address!), d.addressKey!]));
    for (const number of await this.optOuts.ofNumbers([...numbers.keys()], channel)) refused.add(numbers.get(number)!);
    return refused;
  }
}

/**
 * Takes a batch for one worker. In the transaction of the lease everything that may have changed since the plan is looked at
 * again: the window, the expiry, opt-outs, suppressed numbers, the contact cap and departures; what changed is cancelled with its reason.
 */
@Injectable()
export class Claims {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly batches: Batches,
    private readonly contacts: Contacts,
    private readonly settlement: Settlement,
    private readonly guards: ClaimGuards,
  ) {}

  /** `atMost`: how many deliveries are worth it; the others of the batch wait for its next claim. */
  async take(batchId: number, owner: string, atMost?: number): Promise<Claim | null> {
    await this.contacts.prepareLocks(batchId);
    return this.database.transaction(async () => {
      const batch = await this.batches.lease(batchId, owner);
      if (!batch) return null;
      const now = this.clock.now();
      if (batch.expiresAt !== null && batch.expiresAt <= now) {
        await this.settlement.drop(await this.batches.unsent(batch.id), 'expired', 'expired');
        await this.batches.release(batch, now, false);
        return null;
      }
      const terms = await this.guards.terms(batch.runId, batch.channel as Channel, now);
      if (terms.opensAt > now) {
        await this.batches.release(batch, terms.opensAt, false);
        return null;
      }
      const deliveries = await this.batches.unsent(batch.id, atMost);
      const kept = terms.isDirect ? await this.withoutErased(deliveries) : await this.recheck(batch, deliveries, terms);
      await this.contacts.reserve(kept);
      if (kept.length === 0) {
        await this.batches.release(batch, now, false);
        return null;
      }
      const until = Math.min(terms.closesAt, batch.expiresAt ?? terms.closesAt);
      return { batch, deliveries: kept, until, isDirect: terms.isDirect };
    });
  }

  /** Those of the deliveries whose people refuse by now; an answer or a test is not held back by a refusal of publicity. */
  async refusing(claim: Claim, deliveries: readonly DeliveryRow[]): Promise<DeliveryRow[]> {
    if (claim.isDirect) return [];
    const refused = await this.guards.optedOut(deliveries, claim.batch.channel as Channel);
    return deliveries.filter((d) => d.addressKey !== null && refused.has(d.addressKey));
  }

  /** Nothing is asked of what goes to somebody who asked for it but that they are still there. */
  private async withoutErased(deliveries: readonly DeliveryRow[]): Promise<DeliveryRow[]> {
    await this.settlement.drop(
      deliveries.filter((d) => d.address === null),
      'cancelled',
      'erased',
    );
    return deliveries.filter((d) => d.address !== null);
  }

  private async recheck(
    batch: Batch,
    deliveries: readonly DeliveryRow[],
    { caps, isWelcome }: Terms,
  ): Promise<DeliveryRow[]> {
    const keys = deliveries.flatMap((d) => (d.addressKey ? [d.addressKey] : []));
    await this.contacts.lock(keys);
    const contacts = await this.contacts.within(deliveries, batch.channel, Math.max(0, ...caps.map((c) => c.perMs)));
    const refused = await this.guards.refused(deliveries, batch.channel as Channel);
    const departed = isWelcome ? await this.guards.departed(deliveries) : new Set<number>();
    const reasons = new Map<string, DeliveryRow[]>();
    const kept = deliveries.filter((d) => {
      const hasLeft = d.personId !== null && departed.has(d.personId);
      const reason = this.reasonAgainst(d, refused, { caps, contacts }) ?? (hasLeft ? 'departed' : null);
      if (reason) reasons.set(reason, [...(reasons.get(reason) ?? []), d]);
      return !reason;
    });
    for (const [reason, dropped] of reasons) await this.settlement.drop(dropped, 'cancelled', reason);
    return kept;
  }

  private reasonAgainst(
    delivery: DeliveryRow,
    refused: { optedOut: ReadonlySet<string>; suppressed: ReadonlySet<string> },
    { caps, contacts }: { caps: readonly Cap[]; contacts: ReadonlyMap<string, number[]> },
  ): string | null {
    if (delivery.groupChatId !== null) return null;
    if (!delivery.address) return 'erased';
    if (!delivery.addressKey) return null;
    if (refused.optedOut.has(delivery.addressKey)) return 'opted_out';
    if (refused.suppressed.has(delivery.addressKey)) return 'suppressed_number';
    if (isCapped(caps, contacts.get(delivery.addressKey) ?? [], this.clock.now())) return 'contact_cap';
    return null;
  }
}
