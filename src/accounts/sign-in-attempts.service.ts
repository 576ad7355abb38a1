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
 * or a hundred at once would all be the first. Names are stored as keyed digests, for people type passwords into the wrong field.
 */
@Injectable()
export class SignInAttempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly vault: Vault,
  ) {}

  /** Counts an attempt; answers how many milliseconds this address has to wait before the next is looked at, 0 for none. */
  async begin(username: string, address: string): Promise<number> {
    const { signInAttempts } = this.config.settings.server;
    const isKnown = await this.database.one('SELECT name FROM sign_in_attempts WHERE name = ?', [
      this.nameOf('known', username, address),
    ]);
    // In the order of their names, in which everybody locks them.
    const counted: [string, number][] = [
      ...(isKnown ? [] : [[this.nameOf('account', username), signInAttempts * WIDER] as [string, number]]),
      [this.nameOf('address', address), signInAttempts * WIDER],
      [this.nameOf('sign-in', username, address), signInAttempts],
    ];
    const now = this.clock.now();
    // Before the transaction: MariaDB locks a row that an insert passes over, and two who did so would wait for each other.
    for (const [name] of counted)
      await this.database.insert('sign_in_attempts', ['name', 'failures', 'firstAt'], [[name, 0, now]], 'ignore');
    return this.database.transaction(async () => {
      let wait = 0;
      for (const [name, most] of counted) wait = Math.max(wait, await this.count(name, most));
      return wait;
    });
  }

  private async count(name: string, most: number): Promise<number> {
    const pause = parseDuration(this.config.settings.server.signInPause) ?? 0;
    const now = this.clock.now();
    const row = await this.database.one<Attempts>(
      `SELECT failures, firstAt, blockedUntil FROM sign_in_attempts WHERE name = ?${this.database.forUpdate}`,
      [name],
    );
    const until = Number(row?.blockedUntil ?? 0);
    // A pause longer than a pause comes from a clock that was set back.
    if (until > now && until - now <= pause) return until - now;
    const fresh = !row || until !== 0 || Math.abs(now - Number(row.firstAt)) > FORGET_AFTER;
    const failures = fresh ? 1 : Number(row.failures) + 1;
    await this.database.execute(
      'UPDATE sign_in_attempts SET failures = ?, firstAt = ?, blockedUntil = ? WHERE name = ?',
      [failures, fresh ? now : Number(row.firstAt), failures >= most ? now + pause : null, name],
    );
    return 0;
  }

  /** The attempt was right after all: it counts nowhere, and the address is one of the account's own. */
  async succeeded(username: string, address: string): Promise<void> {
    const known = this.nameOf('known', username, address);
    await this.database.transaction(async () => {
      for (const wider of [this.nameOf('account', username), this.nameOf('address', address)])
        await this.database.execute(
          'UPDATE sign_in_attempts SET failures = failures - 1 WHERE name = ? AND failures > 0 AND blockedUntil IS NULL',
          [wider],
        );
      const columns = ['failures', 'firstAt'];
      const row = [known, 0, this.clock.now()];
      await this.database.upsert('sign_in_attempts', ['name'], columns, [row], { replace: ['firstAt'] });
      await this.database.execute('DELETE FROM sign_in_attempts WHERE name = ?', [
        this.nameOf('sign-in', username, address),
      ]);
    });
  }

  private nameOf(kind: 'sign-in' | 'known' | 'address' | 'account', ...of: string[]): string {
    return `${kind}:${this.vault.index(kind, of.join('\n'))}`;
  }
}
