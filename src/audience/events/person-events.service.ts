import { Injectable } from '@nestjs/common';
import { Clock, Database, marks, type Instant } from '../../platform/index.js';
import { canonical, type NormalPerson } from '../people/person.js';
import { rejection } from '../people/people-intake.service.js';
import { PersonDirectory } from '../people/person-directory.service.js';
import {
  anew,
  PersonUpsert,
  Vanished,
  type Outcome,
  type PutSource,
  type UpsertRejection,
} from '../people/person-upsert.service.js';
import { PersonStore } from '../people/person.repository.js';
import { EventIntake, type ReadEvent } from './event-intake.service.js';
import { EventStore } from './event.repository.js';

export interface PersonEvent {
  readonly id: number;
  readonly personId: number;
  readonly occurredAt: Instant;
}

export interface EventsAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly UpsertRejection[];
}

const CHUNK = 1000;
const AT_ONCE = 5000;

const unknownPerson = {
  path: '/externalId',
  code: 'unknown_person',
  message: 'nobody here has this external id: send the person with the event',
};

/** Arrivals, registrations and departures: taken in once each, in any order, and asked for by the campaigns that wait for them. */
@Injectable()
export class PersonEvents {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly intake: EventIntake,
    private readonly upserts: PersonUpsert,
    private readonly directory: PersonDirectory,
    private readonly people: PersonStore,
    private readonly store: EventStore,
  ) {}

  /** Takes events in. The same event twice is one event, and says so; a person unknown so far may come with it. */
  async receive(events: readonly unknown[], source: PutSource): Promise<EventsAnswer> {
    const rejected: UpsertRejection[] = [];
    const good: ReadEvent[] = [];
    events.forEach((value, index) => {
      const reading = this.intake.read(value, index);
      if (reading.ok) good.push(reading.event);
      else rejected.push(rejection(index, reading.problems));
    });
    let accepted = 0;
    let duplicates = 0;
    for (let i = 0; i < good.length; i += CHUNK) {
      const chunk = good.slice(i, i + CHUNK);
      const answer = await anew(() => this.database.transaction(() => this.take(chunk, source)));
      accepted += answer.accepted;
      duplicates += answer.duplicates;
      rejected.push(...answer.rejected);
    }
    return { accepted, duplicates, rejected: rejected.sort((a, b) => a.index - b.index) };
  }

  private async take(chunk: readonly ReadEvent[], source: PutSource): Promise<EventsAnswer> {
    const refused = await this.bringPeople(chunk, source);
    const known = await this.directory.byExternalIds([...new Set(chunk.map((e) => e.externalId))], source.scope);
    // Two posts about one person are judged one after the other, or a commuter's two arrivals would both trigger.
    const ids = new Set([...known.values()].map((person) => person.id));
    if ((await this.people.lock([...ids])).size < ids.size) throw new Vanished();
    const rejected: UpsertRejection[] = [];
    const happenings = chunk.flatMap((event) => {
      const person = known.get(event.externalId);
      const problem = refused.get(event.externalId) ?? (person ? undefined : unknownPerson);
      if (problem) rejected.push(rejection(event.index, [problem]));
      return problem || !person
        ? []
        : [{ type: event.type, personId: person.id, occurredAt: event.occurredAt, place: event.place }];
    });
    const judged = await this.store.record(happenings);
    await this.store.applyToStays(judged);
    const duplicates = judged.filter((j) => j.duplicate !== null).length;
    return { accepted: judged.length - duplicates, duplicates, rejected };
  }

  /** People who come with their event; the first of each external id in the chunk counts, further ones only where they say something else. */
  private async bringPeople(
    chunk: readonly ReadEvent[],
    source: PutSource,
  ): Promise<Map<string, { path: string; code: string; message: string }>> {
    const refused = new Map<string, { path: string; code: string; message: string }>();
    let waiting = chunk.flatMap((e) => (e.person ? [e.person] : []));
    const seen = new Set<string>();
    while (waiting.length > 0) {
      const now = new Map<string, NormalPerson>();
      const later: NormalPerson[] = [];
      for (const person of waiting) {
        if (seen.has(canonical(person))) continue;
        if (now.has(person.externalId)) later.push(person);
        else {
          seen.add(canonical(person));
          now.set(person.externalId, person);
        }
      }
      const people = [...now.values()];
      const outcomes = await this.upserts.put(
        people,
        { feed: 'events', ...source },
        { lists: 'merge', raisesEvents: false },
      );
      outcomes.forEach((outcome, i) => this.noteRefusal(outcome, people[i]!, refused));
      waiting = later;
    }
    return refused;
  }

  private noteRefusal(
    outcome: Outcome,
    person: NormalPerson,
    refused: Map<string, { path: string; code: string; message: string }>,
  ): void {
    if (outcome.status === 'rejected')
      refused.set(person.externalId, { ...outcome.problem, path: `/person${outcome.problem.path}` });
  }

  /** Events that trigger, in [from, until), the oldest first. */
  async between(
    type: 'arrival' | 'registration',
    from: Instant,
    until: Instant,
    limit: number,
  ): Promise<PersonEvent[]> {
    const rows = await this.database.query<PersonEvent>(
      `SELECT id, personId, occurredAt FROM person_events
       WHERE type = ? AND triggers = 1 AND occurredAt >= ? AND occurredAt < ? ORDER BY occurredAt, id LIMIT ${Math.trunc(limit)}`,
      [type, from, until],
    );
    return rows.map((r) => ({ id: Number(r.id), personId: Number(r.personId), occurredAt: Number(r.occurredAt) }));
  }

  /** When somebody last arrived, as far as we were told; null where nobody ever did. Silence of the feed shows here. */
  async lastArrivalAt(): Promise<Instant | null> {
    const row = await this.database.one<{ at: number | null }>(
      `SELECT MAX(occurredAt) AS at FROM person_events WHERE type = 'arrival' AND triggers IN (0, 1) AND occurredAt <= ?`,
      [this.clock.now()],
    );
    return row?.at === null || row?.at === undefined ? null : Number(row.at);
  }

  /** Of these people, those whose stay has ended: a message of welcome that still waits is for nobody. */
  async departed(personIds: readonly number[]): Promise<Set<number>> {
    const departed = new Set<number>();
    for (let i = 0; i < personIds.length; i += AT_ONCE) {
      const ids = personIds.slice(i, i + AT_ONCE);
      const found = await this.database.query<{ personId: number }>(
        // A list without times lets somebody leave at the midnight before the arrival: that says nothing yet.
        `SELECT personId FROM memberships WHERE kind = 'arrival' AND until <= ? AND (since IS NULL OR until >= since)
          AND personId IN (${marks(ids.length)})`,
        [this.clock.now(), ...ids],
      );
      for (const { personId } of found) departed.add(Number(personId));
    }
    return departed;
  }
}
