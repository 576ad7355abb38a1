import { appendFile } from 'node:fs/promises';
import { createHmac } from 'node:crypto';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import {
  Alarms,
  always,
  Chance,
  Clock,
  ClosedDays,
  Config,
  Database,
  LeasedRole,
  Leases,
  sha256,
  type ClosedDay,
  type GoesOn,
} from '../platform/index.js';
import { Wire } from '../platform/wire/index.js';

const ROLE = 'ledger-roots';
const MINUTE = 60_000;
const LEASE_MS = 3 * MINUTE;
const TIMEOUT_MS = 10_000;
/** Whoever was away for longer finds the rest in the ledger. */
const DAYS_BACK = 31;

type Target = Config['settings']['ledger']['sendRoots'][number];

/**
 * Sends each closed day's roots out of the house, to a file or a web address; e-mail and robots get them as a notice
 * (`notices: [{ for: [roots] }]`). What fails is tried again every minute and alarms; a root that arrives twice says the same.
 */
@Injectable()
export class RootSender implements BeforeApplicationShutdown {
  private readonly role: LeasedRole;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    leases: Leases,
    private readonly alarms: Alarms,
    private readonly days: ClosedDays,
    private readonly wire: Wire,
    chance: Chance,
  ) {
    this.role = new LeasedRole(leases, { name: ROLE, owner: chance.token(12), leaseMs: LEASE_MS });
  }

  @Interval(ROLE, MINUTE)
  async work(): Promise<void> {
    if (this.config.settings.ledger.sendRoots.length === 0) return;
    await this.role.play((goesOn) => this.sendAll(goesOn));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.role.stop();
  }

  /** Sends what was not sent yet, the oldest first. */
  async sendAll(goesOn: GoesOn = always): Promise<void> {
    const days = (await this.days.latest(DAYS_BACK)).reverse();
    for (const target of this.config.settings.ledger.sendRoots) {
      const name = nameOf(target);
      const sent = await this.database.one<{ day: number | null }>(
        'SELECT MAX(day) AS day FROM sent_roots WHERE target = ?',
        [name],
      );
      for (const day of days.filter((d) => d.day > Number(sent?.day ?? 0))) {
        if (!(await goesOn())) return;
        const failure = await this.send(target, day);
        if (failure) {
          await this.alarms.raise('root_not_sent', `ledger/${name}`, `台账日根 ${day.day} 未能送出：${failure}`);
          break;
        }
        await this.database.insert(
          'sent_roots',
          ['target', 'day', 'at'],
          [[name, day.day, this.clock.now()]],
          'ignore',
        );
        await this.alarms.clear('root_not_sent', `ledger/${name}`);
      }
    }
  }

  /** Null where it arrived. */
  private async send(target: Target, day: ClosedDay): Promise<string | null> {
    const text = JSON.stringify({ office: this.config.office.name, ...day });
    if ('file' in target) {
      try {
        await appendFile(target.file, `${text}\n`, { mode: 0o644, flush: true });
        return null;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? 'unknown';
      }
    }
    const signed: Record<string, string> = target.secret
      ? { 'x-tidecall-signature': createHmac('sha256', target.secret).update(text).digest('hex') }
      : {};
    const outcome = await this.wire.send(
      { method: 'POST', url: target.url, headers: { 'content-type': 'application/json', ...signed }, body: text },
      { timeoutMs: TIMEOUT_MS, hosts: [new URL(target.url).host], allowPrivate: target.allowPrivate ?? false },
    );
    if (outcome.kind !== 'reply') return outcome.why;
    return outcome.status >= 200 && outcome.status < 300 ? null : `HTTP ${outcome.status}`;
  }
}

/** A digest that no other target has, and what people know it by: the end of a file's path, or an address without what may be secret in it. */
const nameOf = (target: Target): string => {
  const [whole, known] =
    'file' in target ? [target.file, target.file.slice(-40)] : [target.url, new URL(target.url).origin.slice(0, 40)];
  return `${sha256(whole).slice(0, 12)} ${known}`;
};
