import { Injectable } from '@nestjs/common';
import { Clock, Config, Database, parseDuration, Vault } from '../platform/index.js';

/** Mistakes are forgotten an hour after the first, or at once after a sign-in. */
const FORGET_AFTER = 3_600_000;

interface Attempts {
  readonly failures: number;
  readonly firstAt: number;
  readonly blockedUntil: number | null;
}

/**
 * Slows guessing: an account may be tried so many times from one address, then that address waits. Another address, where
 * the account's owner sits, does not. An attempt counts before its password is looked at, or a hundred at once would all be
 * the first. Names are stored as keyed digests, for people type passwords into the wrong field.
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
    const { signInAttempts, signInPause } = this.config.settings.server;
    const pause = parseDuration(signInPause) ?? 0;
    const name = this.nameOf(username, address);
    const now = this.clock.now();
    return this.database.transaction(async () => {
      await this.database.insert('sign_in_attempts', ['name', 'failures', 'firstAt'], [[name, 0, now]], 'ignore');
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
        [failures, fresh ? now : Number(row.firstAt), failures >= signInAttempts ? now + pause : null, name],
      );
      return 0;
    });
  }

  /** The attempt was right after all. */
  async succeeded(username: string, address: string): Promise<void> {
    await this.database.execute('DELETE FROM sign_in_attempts WHERE name = ?', [this.nameOf(username, address)]);
  }

  private nameOf(username: string, address: string): string {
    return this.vault.index('sign-in', `${username}\n${address}`);
  }
}
