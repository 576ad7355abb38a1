import { Injectable } from '@nestjs/common';
import { OptOuts, PhoneHealth, type PlanPerson } from '../../audience/index.js';
import {
  Clock,
  Config,
  ageOn,
  CountyTime,
  Database,
  marks,
  parseDuration,
  type Instant,
} from '../../platform/index.js';
import { addressOf, type AddressRules, type Rival } from './guards.js';
import type { Looks } from './decide.js';
import type { PlanContext, PlanStep } from './plan-context.js';
import { suffixKey } from './suffix.js';

/** Fetches what the guards of one page need, a handful of statements for the whole page. */
@Injectable()
export class LooksService {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly optOuts: OptOuts,
    private readonly health: PhoneHealth,
  ) {}

  private rules(channel: PlanStep['channel']): AddressRules {
    const today = this.county.dayNumber(this.clock.now());
    return {
      channel,
      guardianBelowAge: this.config.settings.audience.guardianBelowAge,
      ageOf: (birthDate) => ageOn(today, birthDate),
    };
  }

  async of(context: PlanContext, step: PlanStep, people: readonly PlanPerson[]): Promise<Looks> {
    const rules = this.rules(step.channel);
    const keys = [
      ...new Set(
        people.flatMap((p) => {
          const address = addressOf(p, rules);
          return typeof address === 'string' ? [] : [address.key];
        }),
      ),
    ];
    return {
      now: this.clock.now(),
      optedOut: await this.optOuts.of(keys, step.channel),
      suppressed: await this.health.suppressed(keys),
      taken: await this.taken(context.run.id, step.channel, keys),
      shared: context.isSensitive ? await this.shared(keys) : new Set(),
      covered: await this.covered(context, people),
      contacts: await this.contacts(context, step, keys),
      rivals: await this.rivals(context, step, keys),
      suffixWhen: this.config.settings.library.optOutSuffixWhen,
      suffixed: await this.suffixed(step, keys),
      addressRules: () => rules,
    };
  }

  private async taken(runId: string, channel: string, keys: string[]): Promise<Set<string>> {
    // A dry walk has no run, and nothing stands in the table of it.
    if (keys.length === 0 || runId === '') return new Set();
    // By the address, not by the run: SQLite would take the run's index and read all its earlier pages again for each page.
    const rows = await this.database.query<{ addressKey: string }>(
      `SELECT addressKey FROM deliveries WHERE COALESCE(runId, '') = ? AND channel = ? AND addressKey IN (${marks(keys.length)})`,
      [runId, channel, ...keys],
    );
    return new Set(rows.map((r) => `${channel}:${r.addressKey}`));
  }

  /** A sensitive message never goes to a phone that two people share. */
  private async shared(keys: string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const rows = await this.database.query<{ phoneKey: string }>(
      `SELECT phoneKey FROM people WHERE phoneKey IN (${marks(keys.length)}) GROUP BY phoneKey HAVING COUNT(*) > 1`,
      keys,
    );
    return new Set(rows.map((r) => r.phoneKey));
  }

  /**
   * 入岛全@: who lives or works here has been told already and needs no traveller's notice; who came within the cooldown has
   * had it.
   */
  private async covered(context: PlanContext, people: readonly PlanPerson[]): Promise<Set<number>> {
    const { cadence } = context.definition;
    if (cadence.kind !== 'event' || cadence.event !== 'arrival' || people.length === 0) return new Set();
    const residents = people.filter((p) => p.populations.some(({ kind }) => kind === 'local' || kind === 'migrant'));
    const since = this.clock.now() - (parseDuration(this.config.settings.campaigns.arrivalCooldown) ?? 0);
    const ids = people.map((p) => p.id);
    const told = await this.database.query<{ personId: number }>(
      `SELECT DISTINCT personId FROM deliveries WHERE personId IN (${marks(ids.length)}) AND campaignId = ? AND runId <> ? AND plannedAt > ? AND status NOT IN ('failed', 'cancelled', 'expired')`,
      [...ids, context.run.campaignId, context.run.id, since],
    );
    return new Set([...residents.map((p) => p.id), ...told.map((r) => r.personId)]);
  }

  private async contacts(context: PlanContext, step: PlanStep, keys: string[]): Promise<Map<string, Instant[]>> {
    const found = new Map<string, Instant[]>();
    const longest = Math.max(0, ...step.caps.map((c) => c.perMs));
    if (longest === 0 || keys.length === 0) return found;
    const rows = await this.database.query<{ addressKey: string; at: number }>(
      `SELECT addressKey, at FROM contacts WHERE addressKey IN (${marks(keys.length)}) AND channel = ? AND at > ? AND urgent = ?`,
      [...keys, step.channel, this.clock.now() - longest, context.definition.urgent ? 1 : 0],
    );
    for (const { addressKey, at } of rows) found.set(addressKey, [...(found.get(addressKey) ?? []), at]);
    return found;
  }

  /** Phones that have had the suffix in the month of the slot; what never arrived has told nobody. A test is not the first of anything. */
  private async suffixed(step: PlanStep, keys: string[]): Promise<Set<string>> {
    if (step.channel !== 'sms' || keys.length === 0 || this.config.settings.library.optOutSuffixWhen !== 'monthly')
      return new Set();
    const months = [...new Set([step.slot.month, ...(step.laterSlot ? [step.laterSlot.month] : [])])];
    const rows = await this.database.query<{ addressKey: string; suffixMonth: number }>(
      `SELECT DISTINCT addressKey, suffixMonth FROM deliveries WHERE addressKey IN (${marks(keys.length)}) AND suffixMonth IN (${marks(months.length)})
        AND population <> 'test' AND status NOT IN ('failed', 'undelivered', 'cancelled', 'expired')`,
      [...keys, ...months],
    );
    return new Set(rows.map((row) => suffixKey(row.addressKey, Number(row.suffixMonth))));
  }

  /**
   * Messages of other runs that are planned and have neither left nor reserved their contact: who ranks higher, or as high and
   * was planned first, goes first. Those of a lower rank find our reservation when they are claimed.
   */
  private async rivals(context: PlanContext, step: PlanStep, keys: string[]): Promise<Map<string, Rival[]>> {
    const found = new Map<string, Rival[]>();
    if (step.caps.length === 0 || keys.length === 0) return found;
    const isAnyOnItsWay = await this.database.one(
      "SELECT id FROM batches WHERE status IN ('ready', 'held', 'leased') AND channel = ? AND runId <> ? AND priority <= ? LIMIT 1",
      [step.channel, context.run.id, context.priority],
    );
    if (!isAnyOnItsWay) return found;
    const rows = await this.database.query<Rival & { addressKey: string }>(
      `SELECT d.addressKey, d.campaignId, b.priority FROM deliveries d JOIN batches b ON b.id = d.batchId JOIN runs r ON r.id = d.runId
         LEFT JOIN contacts c ON c.deliveryId = d.id
        WHERE d.addressKey IN (${marks(keys.length)}) AND d.sentAt IS NULL AND d.status = 'pending' AND d.channel = ? AND d.urgent = ? AND d.runId <> ?
          AND (d.expiresAt IS NULL OR d.expiresAt > ?) AND b.priority <= ? AND c.deliveryId IS NULL
          AND r.status <> 'cancelled' AND r.kind NOT IN ('test', 'answer')`,
      [...keys, step.channel, context.definition.urgent ? 1 : 0, context.run.id, this.clock.now(), context.priority],
    );
    for (const { addressKey, campaignId, priority } of rows)
      found.set(addressKey, [...(found.get(addressKey) ?? []), { campaignId, priority: Number(priority) }]);
    return found;
  }
}
