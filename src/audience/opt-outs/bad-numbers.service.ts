import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import {
  CountyTime,
  Database,
  err,
  Ledger,
  ok,
  pageOf,
  withoutNumbers,
  type Page,
  type Result,
} from '../../platform/index.js';
import { People, type MaskedPerson } from '../people/people.service.js';

export interface BadNumber {
  readonly person: MaskedPerson;
  readonly failures: number;
  /** The gateway's last word for it. */
  readonly code: string | null;
  readonly suppressedAt: string;
}

interface Row {
  id: number;
  failures: number;
  lastCode: string | null;
  suppressedAt: number;
}

/** People whose number failed so often that it is not used any more: the township's list to correct. */
@Injectable()
export class BadNumbers {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly county: CountyTime,
    private readonly ledger: Ledger,
  ) {}

  /** A corrected phone takes a person off the list by itself, for the new number has not failed. */
  async list(
    { cursor, limit }: { cursor?: string | undefined; limit: number },
    viewer: Actor,
  ): Promise<Page<BadNumber>> {
    const { township } = viewer.scope;
    const rows = await this.database.query<Row>(
      `SELECT p.id, h.failures, h.lastCode, h.suppressedAt FROM phone_health h JOIN people p ON p.phoneKey = h.phoneKey
        WHERE h.suppressedAt IS NOT NULL AND p.id > ?${township === null ? '' : ' AND p.township = ?'} ORDER BY p.id LIMIT ?`,
      [Number(cursor ?? 0), ...(township === null ? [] : [township]), limit + 1],
    );
    const shown = await this.people.masked(
      rows.map((r) => Number(r.id)),
      viewer,
    );
    return pageOf(
      rows,
      limit,
      (r) => Number(r.id),
      (r) => ({
        person: shown.get(Number(r.id))!,
        failures: Number(r.failures),
        code: r.lastCode,
        suppressedAt: this.county.iso(Number(r.suppressedAt)),
      }),
    );
  }

  /** The number is right after all: it is used again, and its failures are counted anew. */
  async reinstate(
    { externalId, reason }: { externalId: string; reason: string },
    by: Actor,
  ): Promise<Result<null, 'notFound'>> {
    return this.database.transaction(async () => {
      const person = await this.people.byExternalId(externalId, by.scope);
      if (!person?.phoneKey) return err('notFound');
      const cleared = await this.database.execute('DELETE FROM phone_health WHERE phoneKey = ?', [person.phoneKey]);
      if (cleared === 0) return err('notFound');
      await this.ledger.write({
        action: 'phone.reinstate',
        subject: `person/${person.id}`,
        by: { id: by.id, name: by.name },
        detail: { reason: withoutNumbers(reason) },
      });
      return ok(null);
    });
  }
}
