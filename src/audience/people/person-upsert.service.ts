import { Injectable } from '@nestjs/common';
import type { Scope } from '../../accounts/index.js';
import { Clock, Database, IdBlocks, isDuplicate, type Instant, type LedgerActor } from '../../platform/index.js';
import { EventStore } from '../events/event.repository.js';
import type { Happening } from '../events/event.js';
import { ConflictStore, type FoundConflict } from '../conflicts/conflict.repository.js';
import { kindOf } from '../conflicts/conflict.js';
import {
  changesNothing,
  listChanges,
  takesTheLast,
  whatIsOpen,
  type Begun,
  type ListChanges,
  type Lists,
} from './person-merge.js';
import { canonical, type NormalPerson, type PersonProblem } from './person.js';
import { PersonSealing } from './person-sealing.service.js';
import type { SealedFields } from './person-seals.js';
import {
  PersonStore,
  type HeldPerson,
  type PersonHead,
  type PersonRow,
  type PhoneHolder,
} from './person.repository.js';
import { SourceBook } from './source-book.service.js';

/** Who brings people, for which township, and how they are to be taken. */
export interface PutSource {
  readonly by: LedgerActor;
  readonly scope: Scope;
  /** The import that brings them; absent: the API. */
  readonly importId?: string;
  /** Which door of the API, where it is not `PUT /people`. */
  readonly feed?: 'people' | 'events';
}

/** A person whose keyed values were worked out beforehand, in a thread of its own. */
export interface PreparedPerson {
  readonly digest: string;
  /** Null where nobody expected the person to be new. */
  readonly sealed: SealedFields | null;
}

export interface PutManner {
  readonly lists: Lists;
  /** False where the happening itself is told separately, as in POST /events. */
  readonly raisesEvents: boolean;
  /** True where nothing may be written: the outcome is the same. */
  readonly dryRun?: boolean;
  /** What of each person's sealing was done beforehand, where any was. */
  readonly prepared?: readonly PreparedPerson[];
}

export interface UpsertRejection extends PersonProblem {
  readonly index: number;
  /** Further mistakes of the same person. */
  readonly also?: readonly PersonProblem[];
}

export interface UpsertWarning {
  readonly index: number;
  readonly code: 'phone_shared';
  readonly message: string;
}

export interface UpsertAnswer {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly UpsertRejection[];
  readonly warnings: readonly UpsertWarning[];
}

export type Outcome =
  | { readonly status: 'created' | 'updated' | 'unchanged'; readonly id: number; readonly sharesPhone: boolean }
  | { readonly status: 'rejected'; readonly problem: PersonProblem };

/** A person of the chunk on its way: what was given, what is known, and what has to be written. */
interface Step {
  readonly given: NormalPerson;
  readonly digest: string;
  readonly sealed: SealedFields | null;
  readonly head: PersonHead | undefined;
  /** True where the person is known under another external id, and this one only adds. */
  readonly isSecondId: boolean;
  outcome?: Outcome;
  id?: number;
  row?: PersonRow;
  changes?: ListChanges;
  phoneKey?: string | null;
}

const NOTHING: Pick<HeldPerson, 'memberships' | 'tags'> = { memberships: [], tags: [] };

const otherTownship: PersonProblem = {
  path: '/township',
  code: 'other_township',
  message: 'this person belongs to another township than yours',
};
const erasedPerson: PersonProblem = {
  path: '/externalId',
  code: 'erased',
  message: 'this person was erased on request and is not taken again',
};

const eventOf = ({ kind, since }: Begun, personId: number): Happening[] => {
  if (kind === 'migrant') return [{ type: 'registration', personId, occurredAt: since }];
  return kind === 'arrival' ? [{ type: 'arrival', personId, occurredAt: since }] : [];
};

/** Brings people in, a chunk of at most 1,000 at a time; every external id stands in a chunk once. */
@Injectable()
export class PersonUpsert {
  constructor(
    private readonly database: Database,
    private readonly ids: IdBlocks,
    private readonly clock: Clock,
    private readonly store: PersonStore,
    private readonly sealing: PersonSealing,
    private readonly events: EventStore,
    private readonly conflicts: ConflictStore,
    private readonly sources: SourceBook,
  ) {}

  /** Writes the chunk inside the caller's transaction, or one of its own, and says of each person what became of it. */
  put(people: readonly NormalPerson[], source: PutSource, manner: PutManner): Promise<Outcome[]> {
    const work = () => this.putOnce(people, source, manner);
    return manner.dryRun || this.database.inTransaction ? work() : anew(() => this.database.transaction(work));
  }

  /** Rows under a second id come after those under first ones, one of each person at a time: they add to what is there by then. */
  private async putOnce(people: readonly NormalPerson[], source: PutSource, manner: PutManner): Promise<Outcome[]> {
    const prepared = people.map(
      (given, i): PreparedPerson =>
        manner.prepared?.[i] ?? { digest: this.sealing.digest(canonical(given), manner.lists), sealed: null },
    );
    const heads = await this.store.heads(people.map((p) => p.externalId));
    const firstIds = await this.store.secondIds(people.map((p) => p.externalId).filter((id) => !heads.has(id)));
    const outcomes = new Map<number, Outcome>();
    const put = async (indexes: readonly number[], known: ReadonlyMap<string, PersonHead>) => {
      const steps = indexes.map((i) => this.stepOf(people[i]!, prepared[i]!, { known, firstIds, source }));
      (await this.putSteps(steps, source, manner)).forEach((outcome, k) => outcomes.set(indexes[k]!, outcome));
    };
    const isFirst = ({ externalId }: NormalPerson) => !firstIds.has(externalId);
    await put(
      [...people.keys()].filter((i) => isFirst(people[i]!)),
      heads,
    );
    for (let waiting = [...people.keys()].filter((i) => !isFirst(people[i]!)); waiting.length > 0;) {
      const now = new Map(waiting.map((i) => [firstIds.get(people[i]!.externalId)!, i]));
      await put([...now.values()], await this.store.heads([...now.keys()]));
      waiting = waiting.filter((i) => !outcomes.has(i));
    }
    return people.map((_, i) => outcomes.get(i)!);
  }

  private stepOf(
    given: NormalPerson,
    { digest, sealed }: PreparedPerson,
    of: { known: ReadonlyMap<string, PersonHead>; firstIds: ReadonlyMap<string, string>; source: PutSource },
  ): Step {
    const externalId = of.firstIds.get(given.externalId) ?? given.externalId;
    const head = of.known.get(externalId);
    if (!head && externalId !== given.externalId) throw new Vanished();
    return {
      given: { ...(head ? given : withTownship(given, of.source.scope)), externalId },
      digest,
      sealed,
      head,
      isSecondId: externalId !== given.externalId,
    };
  }

  private async putSteps(steps: readonly Step[], source: PutSource, manner: PutManner): Promise<Outcome[]> {
    if (steps.length === 0) return [];
    this.refuseStrangers(steps, source.scope);
    await this.refuseErased(steps);
    await this.compareKnown(steps, source, manner);
    await this.makeNew(steps, source, manner.dryRun ?? false);
    const shared = await this.sharedPhones(steps);
    if (!manner.dryRun) {
      await this.write(steps, source, manner.raisesEvents);
      await this.conflicts.raise(shared.conflicts, this.from(source));
    }
    return steps.map((step) => outcomeOf(step, shared.steps));
  }

  private from({ importId, feed }: PutSource): { sourceId: string; importId: string | null; at: Instant } {
    const sourceId = importId ?? this.sources.idOf(feed ?? 'people');
    return { sourceId, importId: importId ?? null, at: this.clock.now() };
  }

  private refuseStrangers(steps: readonly Step[], { township }: Scope): void {
    if (township === null) return;
    for (const step of steps) {
      const held: string | null = step.head ? step.head.township : township;
      const given: string | null = step.given.township === undefined ? township : step.given.township;
      if (held !== township || given !== township) step.outcome = { status: 'rejected', problem: otherTownship };
    }
  }

  private async refuseErased(steps: readonly Step[]): Promise<void> {
    const fresh = steps.filter((s) => !s.outcome && !s.head);
    const erased = await this.store.erased(fresh.map((s) => s.given.externalId));
    for (const step of fresh) {
      if (erased.has(step.given.externalId)) step.outcome = { status: 'rejected', problem: erasedPerson };
    }
  }

  private async compareKnown(steps: readonly Step[], source: PutSource, { lists }: PutManner): Promise<void> {
    const known = steps.filter((s) => !s.outcome && s.head);
    const differing = known.filter((s) => s.head!.digest !== s.digest);
    const held = await this.store.held(differing.map((s) => s.head!.id));
    for (const step of known) {
      const id = (step.id = step.head!.id);
      step.outcome = { status: 'unchanged', id, sharesPhone: false };
      if (step.head!.digest === step.digest) continue;
      const before = held.get(id);
      if (!before) throw new Vanished();
      const given = step.isSecondId ? whatIsOpen(step.given, before) : step.given;
      const stamp = { ...this.from(source), digest: step.isSecondId ? before.row.digest : step.digest };
      const laid = this.sealing.laidOver(before.row, given, stamp);
      const changes = listChanges(id, given, before, step.isSecondId ? 'merge' : lists);
      if (!laid && changesNothing(changes)) continue;
      step.outcome = { status: 'updated', id, sharesPhone: false };
      const row = laid?.row ?? this.sealing.stamped(before.row, stamp);
      step.row = takesTheLast(changes, before) ? { ...row, leftAt: stamp.at } : row;
      step.changes = changes;
      if (laid?.phoneMoved) step.phoneKey = laid.row.phoneKey;
    }
  }

  private async makeNew(steps: readonly Step[], source: PutSource, dryRun: boolean): Promise<void> {
    const fresh = steps.filter((s) => !s.outcome);
    if (fresh.length === 0) return;
    const first = dryRun ? 0 : await this.ids.take('person', fresh.length);
    const stamp = this.from(source);
    fresh.forEach((step, i) => {
      const id = (step.id = first + i);
      const { phone } = step.given;
      step.outcome = { status: 'created', id, sharesPhone: false };
      if (dryRun) {
        step.phoneKey = phone ? this.sealing.phoneKey(phone.number) : null;
        return;
      }
      const sealed = step.sealed ?? this.sealing.sealed(step.given);
      step.phoneKey = sealed.phoneKey;
      step.row = this.sealing.fresh(step.given, id, { ...stamp, digest: step.digest }, sealed);
      step.changes = listChanges(id, step.given, NOTHING, 'merge');
    });
  }

  /**
   * The numbers that somebody under another external id has too: both people are kept, it is said, and whoever came later is shown
   * beside the first holder for a decision.
   */
  private async sharedPhones(
    steps: readonly Step[],
  ): Promise<{ steps: ReadonlySet<Step>; conflicts: readonly FoundConflict[] }> {
    const moved = steps.filter((s) => s.phoneKey);
    const holders = new Map<string, (PhoneHolder | Step)[]>();
    const hold = (key: string, who: PhoneHolder | Step) => {
      const others = holders.get(key);
      if (others) others.push(who);
      else holders.set(key, [who]);
    };
    for (const holder of await this.store.holders([...new Set(moved.map((s) => s.phoneKey!))]))
      hold(holder.phoneKey, holder);
    const conflicts: FoundConflict[] = [];
    for (const step of moved) {
      const first = holders.get(step.phoneKey!)?.find((holder) => externalIdOf(holder) !== step.given.externalId);
      if (first) conflicts.push(this.conflictOf(step, first));
      hold(step.phoneKey!, step);
    }
    const isShared = (step: Step) =>
      holders.get(step.phoneKey!)!.some((holder) => externalIdOf(holder) !== step.given.externalId);
    return { steps: new Set(moved.filter(isShared)), conflicts };
  }

  private conflictOf(step: Step, first: PhoneHolder | Step): FoundConflict {
    const comes = this.identityOf(step);
    const holds = 'given' in first ? this.identityOf(first) : { ...first, name: this.sealing.openName(first.name) };
    return {
      kind: kindOf({ ...comes, isNew: step.head === undefined }, holds),
      phoneKey: step.phoneKey!,
      personId: comes.id,
      otherId: holds.id,
    };
  }

  /** Who a person of this chunk will be once it is written. */
  private identityOf({ id, row, given }: Step): Pick<PersonRow, 'id' | 'name' | 'birthDate'> {
    return {
      id: id!,
      name: row ? this.sealing.openName(row.name) : (given.name ?? null),
      birthDate: row?.birthDate ?? given.birthDate ?? null,
    };
  }

  private async write(steps: readonly Step[], source: PutSource, raisesEvents: boolean): Promise<void> {
    const from = this.from(source);
    const touched = steps.filter((s) => s.row);
    await this.store.insert(touched.filter((s) => s.outcome?.status === 'created').map((s) => s.row!));
    await this.store.replace(touched.filter((s) => s.outcome?.status === 'updated').map((s) => s.row!));
    const lists = touched.map((s) => ({ id: s.id!, ...s.changes! }));
    await this.store.removeMemberships(lists.flatMap((l) => l.removed.map((kind) => ({ personId: l.id, kind }))));
    await this.store.putMemberships(
      lists.flatMap((l) => l.put),
      from,
    );
    await this.store.removeTags(lists.flatMap((l) => l.tagsRemoved.map((tag) => ({ personId: l.id, tag }))));
    await this.store.putTags(
      lists.flatMap((l) => l.tagsAdded.map((tag) => ({ personId: l.id, tag }))),
      from,
    );
    if (raisesEvents) await this.events.record(lists.flatMap((l) => l.begun.flatMap((b) => eventOf(b, l.id))));
  }
}

const externalIdOf = (holder: PhoneHolder | Step): string =>
  'given' in holder ? holder.given.externalId : holder.externalId;

/** A township's officer brings people of the township, whether the file says so or not. */
const withTownship = (given: NormalPerson, { township }: Scope): NormalPerson =>
  township !== null && given.township === undefined ? { ...given, township } : given;

const outcomeOf = (step: Step, shared: ReadonlySet<Step>): Outcome => {
  const outcome = step.outcome!;
  return outcome.status === 'rejected' || !shared.has(step) ? outcome : { ...outcome, sharesPhone: true };
};

/** Somebody who was there a moment ago was erased, or joined with another, before their row was ours. */
export class Vanished extends Error {}

/**
 * Does the work again where another caller came between: two may bring the same new person at the same moment, and the later one
 * looks again and finds it known; or a person goes while it is looked at, and is looked for again.
 */
export async function anew<T>(work: () => Promise<T>, attempts = 4): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(isDuplicate(error) || error instanceof Vanished) || attempt >= attempts) throw error;
    }
  }
}
