import { Injectable } from '@nestjs/common';
import type { Gateway } from '../../gateways/index.js';
import { Clock, CountyTime, Database, type Instant } from '../../platform/index.js';
import { appoint, LATE_MS, spacingOf } from './pace.js';

export interface Grant {
  readonly calls: number;
  /** When each of them leaves; empty where the gateway sets no rate. */
  readonly at: readonly Instant[];
  /** When to ask again, where none was granted. */
  readonly comeBackAt: Instant;
}

/**
 * Keeps a gateway's limits across all workers and restarts, for what they are counted from lies in the database. `perSecond`
 * and `perMinute` count requests: each is given the instant at which it may leave. `perDay` counts recipients of a county day.
 */
@Injectable()
export class Limits {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  /** How many of `wanted` calls may leave within the next second, and when. One short transaction for a window of calls. */
  async grant({ key, limits }: Gateway, wanted: number, isUrgent: boolean): Promise<Grant> {
    const spacingUs = spacingOf(limits);
    const now = this.clock.now();
    if (spacingUs === null) return { calls: wanted, at: [], comeBackAt: now };
    if (wanted < 1) return { calls: 0, at: [], comeBackAt: now };
    return this.database.transaction(async () => {
      const read = () =>
        this.database.one<{ nextUs: number }>(
          `SELECT nextUs FROM gateway_pace WHERE gateway = ?${this.database.forUpdate}`,
          [key],
        );
      let row = await read();
      if (!row) {
        await this.database.insert('gateway_pace', ['gateway', 'nextUs'], [[key, 0]], 'ignore');
        row = await read();
      }
      const given = appoint(Number(row!.nextUs), { now: this.clock.now(), wanted, spacingUs, isUrgent });
      await this.database.execute('UPDATE gateway_pace SET nextUs = ? WHERE gateway = ?', [given.nextUs, key]);
      return { calls: given.at.length, at: given.at, comeBackAt: given.comeBackAt };
    });
  }

  /**
   * Waits until a call may leave. Who comes too late (a slow commit, a machine that slept) has missed the instant and is given
   * another; false where there is none soon: the call does not leave.
   */
  async departs(gateway: Gateway, appointed: Instant): Promise<boolean> {
    for (let at = appointed; ;) {
      await this.clock.paced(at);
      if (this.clock.now() - at <= LATE_MS) return true;
      const [again] = (await this.grant(gateway, 1, true)).at;
      if (again === undefined) return false;
      at = again;
    }
  }

  /** Recipients that the day's quota still allows; when it is used up, the next county midnight is the time to come back. */
  async dayQuota(gateway: Gateway): Promise<{ left: number; comeBackAt: Instant }> {
    const now = this.clock.now();
    if (gateway.limits.perDay === undefined) return { left: Number.MAX_SAFE_INTEGER, comeBackAt: now };
    const row = await this.database.one<{ recipients: number }>(
      'SELECT recipients FROM gateway_usage WHERE gateway = ? AND day = ?',
      [gateway.key, this.county.dayNumber(now)],
    );
    return {
      left: gateway.limits.perDay - Number(row?.recipients ?? 0),
      comeBackAt: this.county.timeOfDay(now, '24:00'),
    };
  }

  /** Counts recipients of calls that are about to be opened, inside their transaction; false where the day has no room for them. */
  async use(gateway: Gateway, recipients: number): Promise<boolean> {
    const { perDay } = gateway.limits;
    if (perDay === undefined) return true;
    const day = this.county.dayNumber(this.clock.now());
    await this.database.insert('gateway_usage', ['gateway', 'day', 'recipients'], [[gateway.key, day, 0]], 'ignore');
    const changed = await this.database.execute(
      'UPDATE gateway_usage SET recipients = recipients + ? WHERE gateway = ? AND day = ? AND recipients + ? <= ?',
      [recipients, gateway.key, day, recipients, perDay],
    );
    return changed === 1;
  }
}
