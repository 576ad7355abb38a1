import { Injectable } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { Chance, Clock, Config, Database, err, Ledger, ok, Vault, type Result } from '../platform/index.js';
import { base32, matchingStep, type HmacSha1 } from './totp.js';
import { UserRecords, type UserRecord } from './user-records.service.js';

const hmac: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest();

/** The second factor: a secret in the user's authenticator app, asked for at sign-in once a first code has confirmed it. */
@Injectable()
export class Totp {
  constructor(
    private readonly database: Database,
    private readonly users: UserRecords,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly vault: Vault,
    private readonly ledger: Ledger,
    private readonly config: Config,
  ) {}

  /** Makes a secret, shown this once; the one in use stays in use until the new one is confirmed. */
  async enrol(user: UserRecord): Promise<{ secret: string; uri: string }> {
    const secret = base32(this.chance.bytes(20));
    await this.users.change(user.id, { totpPending: this.vault.seal(secret) });
    const issuer = encodeURIComponent(`Tidecall ${this.config.office.name}`);
    return {
      secret,
      uri: `otpauth://totp/${issuer}:${encodeURIComponent(user.username)}?secret=${secret}&issuer=${issuer}`,
    };
  }

  async confirm(user: UserRecord, code: string): Promise<Result<null, 'noEnrolment' | 'wrongCode'>> {
    return this.database.transaction(async () => {
      const pending = (await this.users.byId(user.id))?.totpPending;
      if (!pending) return err('noEnrolment');
      const step = matchingStep(this.vault.open(pending), code, this.clock.now(), null, hmac);
      if (step === null) return err('wrongCode');
      await this.users.change(user.id, { totpSecret: pending, totpPending: null, totpStep: step });
      await this.ledger.write({
        action: 'auth.totp',
        subject: `user/${user.id}`,
        by: { id: user.id, name: user.username },
      });
      return ok(null);
    });
  }

  /** True for a code that is good now and was not used before, in any process. */
  async accept(user: UserRecord, code: string): Promise<boolean> {
    if (user.totpSecret === null) return false;
    const step = matchingStep(this.vault.open(user.totpSecret), code, this.clock.now(), user.totpStep, hmac);
    return step !== null && (await this.users.useStep(user.id, step));
  }
}
