import { Injectable } from '@nestjs/common';
import { Clock, Config, Database, parseDuration, Vault } from '../platform/index.js';

/** Mistakes are forgotten an hour after the first, or at once after a sign-in. */
const FORGET_AFTER = 3_600_000;

interface Attempts {
  readonly failures: number;
  readonly firstAt: number;
  readonly blockedUntil: number | null;
}

/** So many times the attempts of one account from one address are let through from one address in all, and to one account in all. */
const WIDER = 10;

/**
 * Slows guessing. Counted are one account from one address, one address over all accounts (a word tried on everybody), and one
 * account over all addresses it was never used from (many machines on one account); whoever sits where the account's owner has
 * signed in before is not slowed by the last, so nobody locks the owner out. An attempt counts before its password is looked at,
 * or a hundred at once would all be the first; one that has to wait is not looked at and counts nowhere, or a desk that goes on
 * knocking would close its whole office. Names are stored as keyed digests, for people type passwords into the wrong field.
 */
@Injectable()
export class SignInAttempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly vault: Vault,
  ) {}

  /**
   * Counts an attempt; answers how many milliseconds this address has to wait before the next is looked at, 0 for none.
   * `username` is null where whoever comes does not say who they are (a personal link, the bureau's sign-on): then only the address counts.
   */
  async begin(username: string | null, address: string): Promise<number> {
    const { signInAttempts } = this.config.settings.server;
    const isKnown = username === null || (await this.isKnown(username, address));
    // In the order of their names, in which everybody locks them.
    const counted: [string, number][] = [
      ...(isKnown ? [] : [[this.nameOf('account', username), signInAttempts * WIDER] as [string, number]]),
      [this.nameOf('address', address), signInAttempts * WIDER],
      [this.pairOf(username, address), signInAttempts],
    ];
    const now = this.clock.now();
    // Before the transaction: MariaDB locks a row that an insert passes over, and two who did so would wait for each other.
    for (const [name] of counted)
      await this.database.insert('sign_in_attempts', ['name', 'failures', 'firstAt'], [[name, 0, now]], 'ignore');
    return this.database.transaction(async () => {
      const held: [string, number, Attempts | null][] = [];
      for (const [name, most] of counted) held.push([name, most, await this.locked(name)]);
      const wait = Math.max(...held.map(([, , row]) => this.waitOf(row)));
      if (wait > 0) return wait;
      for (const [name, most, row] of held) await this.count(name, most, row);
      return 0;
    });
  }

  private async isKnown(username: string, address: string): Promise<boolean> {
    const known = this.nameOf('known', username, address);
    return (await this.database.one('SELECT name FROM sign_in_attempts WHERE name = ?', [known])) !== null;
  }

  private locked(name: string): Promise<Attempts | null> {
    return this.database.one<Attempts>(
      `SELECT failures, firstAt, blockedUntil FROM sign_in_attempts WHERE name = ?${this.database.forUpdate}`,
      [name],
    );
  }

  private get pause(): number {
    return parseDuration(this.config.settings.server.signInPause) ?? 0;
  }

  private waitOf(row: Attempts | null): number {
    const wait = Number(row?.blockedUntil ?? 0) - this.clock.now();
    // A pause longer than a pause comes from a clock that was set back.
    return wait > 0 && wait <= this.pause ? wait : 0;
  }

  private async count(name: string, most: number, row: Attempts | null): Promise<void> {
    const now = this.clock.now();
    const fresh = !row || row.blockedUntil !== null || Math.abs(now - Number(row.firstAt)) > FORGET_AFTER;
    const failures = fresh ? 1 : Number(row.failures) + 1;
    await this.database.execute(
      'UPDATE sign_in_attempts SET failures = ?, firstAt = ?, blockedUntil = ? WHERE name = ?',
      [failures, fresh ? now : Number(row.firstAt), failures >= most ? now + this.pause : null, name],
    );
  }

  /** The attempt was right after all: it counts nowhere, and the address is one of the account's own. */
  async succeeded(username: string | null, address: string): Promise<void> {
    await this.database.transaction(async () => {
      const counted = [this.nameOf('address', address)];
      if (username !== null) {
        // Where the address was known already, the account did not count.
        if (!(await this.isKnown(username, address))) counted.unshift(this.nameOf('account', username));
        const row = [this.nameOf('known', username, address), 0, this.clock.now()];
        await this.database.upsert('sign_in_attempts', ['name'], ['failures', 'firstAt'], [row], {
          replace: ['firstAt'],
        });
      }
      for (const wider of counted)
        await this.database.execute(
          'UPDATE sign_in_attempts SET failures = failures - 1 WHERE name = ? AND failures > 0 AND blockedUntil IS NULL',
          [wider],
        );
      await this.database.execute('DELETE FROM sign_in_attempts WHERE name = ?', [this.pairOf(username, address)]);
    });
  }

  private pairOf(username: string | null, address: string): string {
    return username === null ? this.nameOf('sign-in', address) : this.nameOf('sign-in', username, address);
  }

  private nameOf(kind: 'sign-in' | 'known' | 'address' | 'account', ...of: string[]): string {
    return `${kind}:${this.vault.index(kind, of.join('\n'))}`;
  }
}
