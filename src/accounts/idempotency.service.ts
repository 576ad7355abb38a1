import { Injectable } from '@nestjs/common';
import { Clock, Database, Vault } from '../platform/index.js';

/** A call that has not answered for so long will not: its process was killed. */
const GIVES_UP_AFTER = 600_000;
/** The status of a call that failed in a way that leaves open what it did. */
const UNKNOWN = 0;

export interface KeyedCall {
  readonly userId: string;
  readonly key: string;
  /** Method and path. */
  readonly route: string;
  /** The body as JSON; stored as a keyed digest, for it may hold a phone. */
  readonly body: string;
}

export type Claim =
  | { readonly kind: 'first' }
  | { readonly kind: 'repeat'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'reused' | 'inProgress' | 'outcomeUnknown' };

interface KeyRow {
  readonly route: string;
  readonly bodyDigest: string;
  readonly status: number | null;
  readonly response: string | null;
  readonly createdAt: number;
}

/**
 * Remembers what a call with an Idempotency-Key answered. The primary key decides, in whichever process, who is first. A
 * call that was refused frees its key, for it did nothing; one that failed on our side, or was killed, keeps it and says so:
 * it may have caused messages, and nothing is done twice to find out.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly vault: Vault,
  ) {}

  async claim(call: KeyedCall): Promise<Claim> {
    const route = call.route.slice(0, 128);
    const digest = this.digest(call);
    const now = this.clock.now();
    const columns = ['userId', 'idempotencyKey', 'route', 'bodyDigest', 'createdAt'];
    const made = await this.database.insert(
      'idempotency_keys',
      columns,
      [[call.userId, call.key, route, digest, now]],
      'ignore',
    );
    if (made > 0) return { kind: 'first' };
    const row = await this.database.one<KeyRow>(
      'SELECT route, bodyDigest, status, response, createdAt FROM idempotency_keys WHERE userId = ? AND idempotencyKey = ?',
      [call.userId, call.key],
    );
    if (!row) return { kind: 'inProgress' };
    if (row.route !== route || row.bodyDigest !== digest) return { kind: 'reused' };
    if (row.status === null) {
      return { kind: Math.abs(now - Number(row.createdAt)) > GIVES_UP_AFTER ? 'outcomeUnknown' : 'inProgress' };
    }
    if (Number(row.status) === UNKNOWN) return { kind: 'outcomeUnknown' };
    const body = this.vault.openOrNull(row.response);
    return {
      kind: 'repeat',
      status: Number(row.status),
      body: body === null ? undefined : (JSON.parse(body) as unknown),
    };
  }

  async answered(call: KeyedCall, status: number, body: unknown): Promise<void> {
    await this.settle(call, status, body === undefined ? null : this.vault.seal(JSON.stringify(body)));
  }

  /** The call was refused and did nothing. */
  async refused(call: KeyedCall): Promise<void> {
    await this.database.execute(
      'DELETE FROM idempotency_keys WHERE userId = ? AND idempotencyKey = ? AND status IS NULL',
      [call.userId, call.key],
    );
  }

  async failed(call: KeyedCall): Promise<void> {
    await this.settle(call, UNKNOWN, null);
  }

  private async settle(call: KeyedCall, status: number, response: string | null): Promise<void> {
    await this.database.execute(
      'UPDATE idempotency_keys SET status = ?, response = ? WHERE userId = ? AND idempotencyKey = ?',
      [status, response, call.userId, call.key],
    );
  }

  private digest(call: KeyedCall): string {
    return this.vault.index('idempotency', `${call.route}\n${call.body}`);
  }
}
