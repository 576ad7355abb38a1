import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import {
  Clock,
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
import { PersonDirectory } from '../people/person-directory.service.js';
import type { MaskedPerson } from '../people/person-view.js';
import { PersonStore } from '../people/person.repository.js';
import type { ConflictKind, Decision } from './conflict.js';
import { ConflictStore, type ConflictRow } from './conflict.repository.js';
import type { DecideConflict, ListConflicts } from './conflict.schemas.js';
import { PersonJoining } from './person-joining.service.js';

export interface ConflictView {
  readonly id: string;
  readonly kind: ConflictKind;
  /** Who came with the number; null where there is nobody any more. */
  readonly person: MaskedPerson | null;
  /** Who has it already. */
  readonly other: MaskedPerson | null;
  /** The import or feed that brought it. */
  readonly sourceId: string | null;
  readonly raisedAt: string;
  readonly decision: Decision | null;
  readonly decidedAt: string | null;
}

export type DecideRefusal = 'notFound' | 'decided' | 'gone' | 'notOfThese';

/** Numbers and ids that two people share: shown side by side, and changed only by somebody's decision. */
@Injectable()
export class Conflicts {
  constructor(
    private readonly database: Database,
    private readonly store: ConflictStore,
    private readonly people: PersonStore,
    private readonly joining: PersonJoining,
    private readonly directory: PersonDirectory,
    private readonly county: CountyTime,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  /** The newest first. A township sees those in which both people are its own. */
  async list({ status, kind, cursor, limit }: ListConflicts, viewer: Actor): Promise<Page<ConflictView>> {
    const before = cursor === undefined ? undefined : Number(cursor);
    const rows = await this.store.page({ status, kind, before }, viewer.scope, limit + 1);
    const shown = await this.views(rows.slice(0, limit), viewer);
    return pageOf(
      rows,
      limit,
      (row) => row.id,
      (row) => shown.get(row.id)!,
    );
  }

  /** Decides one, with an entry in the ledger; nothing of it can be taken back by another decision. */
  async decide(id: number, asked: DecideConflict, by: Actor): Promise<Result<ConflictView, DecideRefusal>> {
    const done = await this.database.transaction(async (): Promise<Result<ConflictRow, DecideRefusal>> => {
      const pair = await this.store.find(id, by.scope);
      if (!pair) return err('notFound');
      // Whoever writes about one of the two holds its row: what is decided on is read again once both are ours.
      await this.people.lock([pair.personId, pair.otherId]);
      const conflict = await this.store.find(id, by.scope);
      if (!conflict) return err('notFound');
      if (conflict.decision !== null) return err('decided');
      if (!conflict.stands) return err('gone');
      const refusal = await this.carryOut(conflict, asked);
      if (refusal) return err(refusal);
      if (!(await this.store.decide(id, asked.decision, { id: by.id, at: this.clock.now() }))) return err('decided');
      await this.ledger.write({
        action: 'person.conflict',
        subject: `conflict/${id}`,
        by: { id: by.id, name: by.name },
        detail: {
          kind: conflict.kind,
          people: [conflict.personId, conflict.otherId],
          decision: asked.decision,
          keep: asked.keep ?? null,
          reason: asked.reason === undefined ? null : withoutNumbers(asked.reason),
        },
      });
      return ok({ ...conflict, decision: asked.decision, decidedAt: this.clock.now() });
    });
    return done.ok ? ok((await this.views([done.value], by)).get(id)!) : done;
  }

  private async carryOut(conflict: ConflictRow, { decision, keep }: DecideConflict): Promise<DecideRefusal | null> {
    if (decision === 'keepBoth') return null;
    const pair = [conflict.personId, conflict.otherId];
    const kept = pair.find((id) => String(id) === keep);
    const other = pair.find((id) => id !== kept);
    if (kept === undefined || other === undefined) return 'notOfThese';
    if (decision === 'moved') {
      await this.joining.takeNumber(other);
      return null;
    }
    await this.joining.join(kept, other);
    return null;
  }

  private async views(rows: readonly ConflictRow[], viewer: Actor): Promise<Map<number, ConflictView>> {
    const people = await this.directory.masked([...new Set(rows.flatMap((r) => [r.personId, r.otherId]))], viewer);
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: String(row.id),
          kind: row.kind,
          person: people.get(row.personId) ?? null,
          other: people.get(row.otherId) ?? null,
          sourceId: row.sourceId,
          raisedAt: this.county.iso(row.raisedAt),
          decision: row.decision,
          decidedAt: this.county.isoOrNull(row.decidedAt),
        },
      ]),
    );
  }
}
