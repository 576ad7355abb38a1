import { Injectable } from '@nestjs/common';
import { Clock, minutes, parseInstant, pointer } from '../../platform/index.js';
import { PeopleIntake } from '../people/people-intake.service.js';
import { isIdentityNumber, tidy } from '../people/person-words.js';
import type { NormalPerson, PersonProblem } from '../people/person.js';
import type { EventType } from './event.js';
import { eventSchema, type EventInput } from './event.schemas.js';

/** An event whose form is right; who it is about is not looked up yet. */
export interface ReadEvent {
  readonly index: number;
  readonly type: EventType;
  readonly externalId: string;
  /** The person that came with the event. */
  readonly person: NormalPerson | null;
  readonly occurredAt: number;
  readonly place: string | null;
}

export type EventReading =
  | { readonly ok: true; readonly event: ReadEvent }
  | { readonly ok: false; readonly problems: readonly PersonProblem[] };

/** How far another machine's clock may be ahead of ours. */
const FUTURE_TOLERANCE_MS = minutes(10);

const wrong = (path: string, code: string, message: string): EventReading => ({
  ok: false,
  problems: [{ path, code, message }],
});

/** Reads events one by one; each mistake names its place. */
@Injectable()
export class EventIntake {
  constructor(
    private readonly people: PeopleIntake,
    private readonly clock: Clock,
  ) {}

  read(value: unknown, index: number): EventReading {
    const form = eventSchema.safeParse(value);
    if (!form.success) {
      return {
        ok: false,
        problems: form.error.issues.map((i) => ({ path: pointer(i.path), code: i.code, message: i.message })),
      };
    }
    const occurredAt = parseInstant(form.data.occurredAt.trim());
    if (occurredAt === null)
      return wrong('/occurredAt', 'invalid_date', 'not an instant such as 2026-11-23T08:30:00+08:00');
    if (occurredAt > this.clock.now() + FUTURE_TOLERANCE_MS) {
      return wrong('/occurredAt', 'future_event', 'this has not happened yet');
    }
    return this.about(form.data, { index, occurredAt });
  }

  private about(input: EventInput, at: { index: number; occurredAt: number }): EventReading {
    const common = { ...at, type: input.type, place: input.place?.trim() || null };
    const externalId = tidy(input.externalId ?? '');
    if (input.person === undefined || input.person === null) {
      if (externalId === '')
        return wrong('/externalId', 'missing_external_id', 'say whom it is about: externalId or person');
      if (isIdentityNumber(externalId))
        return wrong('/externalId', 'identity_number', 'an identity number must not be used as external id');
      return { ok: true, event: { ...common, externalId, person: null } };
    }
    const read = this.people.read(input.person);
    if (!read.ok) return { ok: false, problems: read.problems.map((p) => ({ ...p, path: `/person${p.path}` })) };
    if (externalId !== '' && externalId !== read.person.externalId) {
      return wrong('/externalId', 'contradiction', 'externalId and person.externalId differ');
    }
    return { ok: true, event: { ...common, externalId: read.person.externalId, person: read.person } };
  }
}
