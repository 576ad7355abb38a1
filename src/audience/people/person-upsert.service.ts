import { Injectable } from '@nestjs/common';
import type { Scope } from '../../accounts/index.js';
import { Clock, Database, IdBlocks, isDuplicate, type LedgerActor } from '../../platform/index.js';
import { EventStore } from '../events/event.repository.js';
import type { Happening } from '../events/event.js';
import { changesNothing, listChanges, type Begun, type ListChanges, type Lists } from './person-merge.js';
import { canonical, type NormalPerson, type PersonProblem } from './person.js';
import { PersonSealing } from './person-sealing.service.js';
import { PersonStore, type HeldPerson, type PersonHead, type PersonRow } from './person.repository.js';

/** Who brings people, for which township, and how they are to be taken. */
export interface PutSource {
  readonly by: LedgerActor;
  readonly scope: Scope;
  readonly importId?: string;
}

export interface PutManner {
  readonly lists: Lists;
  /** False where the happening itself is told separately, as in POST /events. */
  readonly raisesEvents: boolean;
  /** True where nothing may be written: the outcome is the same. */
  readonly dryRun?: boolean;
  /** The digest of each person's content, where the caller has it already. */
  readonly digests?: readonly string[];
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
  readonly head: PersonHead | undefined;
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
  ) {}

  /** Writes the chunk inside the caller's transaction, or one of its own, and says of each person what became of it. */
  put(people: readonly NormalPerson[], source: PutSource, manner: PutManner): Promise<Outcome[]> {
    const work = () => this.putOnce(people, source, manner);
    return manner.dryRun || this.database.inTransaction
      ? work()
      : againOnDuplicate(() => this.database.transaction(work));
  }

  private async putOnce(people: readonly NormalPerson[], source: PutSource, manner: PutManner): Promise<Outcome[]> {
    const heads = await this.store.heads(people.map((p) => p.externalId));
    const steps = people.map((given, i): Step => ({
      given: heads.has(given.externalId) ? given : withTownship(given, source.scope),
      digest: manner.digests?.[i] ?? this.sealing.digest(canonical(given), manner.lists),
      head: heads.get(given.externalId),
    }));
    this.refuseStrangers(steps, source.scope);
    await this.refuseErased(steps);
    await this.compareKnown(steps, source, manner);
    await this.makeNew(steps, source, manner.dryRun ?? false);
    const shared = await this.sharedPhones(steps);
    if (!manner.dryRun) await this.write(steps, source, manner.raisesEvents);
    return steps.map((step) => outcomeOf(step, shared));
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
      const before = held.get(id);
      if (!before) continue;
      const stamp = { at: this.clock.now(), importId: source.importId ?? null, digest: step.digest };
      const laid = this.sealing.laidOver(before.row, step.given, stamp);
      const changes = listChanges(id, step.given, before, lists);
      if (!laid && changesNothing(changes)) continue;
      step.outcome = { status: 'updated', id, sharesPhone: false };
      step.row = laid?.row ?? this.sealing.stamped(before.row, stamp);
      step.changes = changes;
      if (laid?.phoneMoved) step.phoneKey = laid.row.phoneKey;
    }
  }

  private async makeNew(steps: readonly Step[], source: PutSource, dryRun: boolean): Promise<void> {
    const fresh = steps.filter((s) => !s.outcome);
    if (fresh.length === 0) return;
    const first = dryRun ? 0 : await this.ids.take('person', fresh.length);
    const stamp = { at: this.clock.now(), importId: source.importId ?? null };
    fresh.forEach((step, i) => {
      const id = (step.id = first + i);
      const { phone } = step.given;
      step.outcome = { status: 'created', id, sharesPhone: false };
      step.phoneKey = phone ? this.sealing.phoneKey(phone.number) : null;
      if (dryRun) return;
      step.row = this.sealing.fresh(step.given, { id, phoneKey: step.phoneKey }, { ...stamp, digest: step.digest });
      step.changes = listChanges(id, step.given, NOTHING, 'merge');
    });
  }

  /** The numbers that somebody under another external id has too: both people are kept, and it is said. */
  private async sharedPhones(steps: readonly Step[]): Promise<ReadonlySet<Step>> {
    const moved = steps.filter((s) => s.phoneKey);
    const holders = new Map<string, Set<string>>();
    const holds = (key: string, externalId: string) =>
      holders.set(key, (holders.get(key) ?? new Set<string>()).add(externalId));
    for (const h of await this.store.holders([...new Set(moved.map((s) => s.phoneKey!))]))
      holds(h.phoneKey, h.externalId);
    for (const step of moved) holds(step.phoneKey!, step.given.externalId);
    return new Set(moved.filter((s) => holders.get(s.phoneKey!)!.size > 1));
  }

  private async write(steps: readonly Step[], source: PutSource, raisesEvents: boolean): Promise<void> {
    const from = { importId: source.importId ?? null, at: this.clock.now() };
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

/** A township's officer brings people of the township, whether the file says so or not. */
const withTownship = (given: NormalPerson, { township }: Scope): NormalPerson =>
  township !== null && given.township === undefined ? { ...given, township } : given;

const outcomeOf = (step: Step, shared: ReadonlySet<Step>): Outcome => {
  const outcome = step.outcome!;
  return outcome.status === 'rejected' || !shared.has(step) ? outcome : { ...outcome, sharesPhone: true };
};

/** Two callers may bring the same new person at the same moment; the later one looks again and finds it known. */
export async function againOnDuplicate<T>(work: () => Promise<T>, attempts = 4): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isDuplicate(error) || attempt >= attempts) throw error;
    }
  }
}
