import { Injectable } from '@nestjs/common';
import { Database, Ledger, pointer, withoutNumbers } from '../../platform/index.js';
import { canonical, readPerson, type NormalPerson, type PersonProblem } from './person.js';
import { CountyPersonRules } from './person-rules.service.js';
import { personSchema } from './person.schemas.js';
import {
  anew,
  PersonUpsert,
  type Outcome,
  type PutManner,
  type PutSource,
  type UpsertAnswer,
  type UpsertRejection,
  type UpsertWarning,
} from './person-upsert.service.js';

interface Numbered {
  readonly index: number;
  readonly person: NormalPerson;
}

const CHUNK = 1000;

export const rejection = (index: number, problems: readonly PersonProblem[]): UpsertRejection => {
  const [first, ...also] = problems;
  return { index, ...first!, ...(also.length > 0 && { also }) };
};

const duplicate: PersonProblem = {
  path: '/externalId',
  code: 'duplicate_in_request',
  message: 'the same external id stands twice with different content; the first was taken',
};

const sharedPhone = (index: number): UpsertWarning => ({
  index,
  code: 'phone_shared',
  message: 'somebody else has this number too; both are kept',
});

/** Reads what callers send, person by person, and brings the good ones in. */
@Injectable()
export class PeopleIntake {
  constructor(
    private readonly upserts: PersonUpsert,
    private readonly rules: CountyPersonRules,
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {}

  /** Reads one person; the mistakes of form (zod) and of meaning look the same to the caller. */
  read(value: unknown): { ok: true; person: NormalPerson } | { ok: false; problems: readonly PersonProblem[] } {
    const form = personSchema.safeParse(value);
    if (form.success) return readPerson(form.data, this.rules);
    return {
      ok: false,
      problems: form.error.issues.map((issue) => ({
        path: pointer(issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path),
        code: issue.code === 'custom' ? String(issue.params?.code ?? 'invalid') : (missing(issue.path) ?? issue.code),
        message: issue.code === 'unrecognized_keys' ? withoutNumbers(issue.message) : issue.message,
      })),
    };
  }

  async upsert(people: readonly unknown[], source: PutSource): Promise<UpsertAnswer> {
    const { good, rejected, repeated } = this.sort(people);
    const tally = { created: 0, updated: 0, unchanged: repeated };
    const warnings: UpsertWarning[] = [];
    for (let i = 0; i < good.length; i += CHUNK) {
      const chunk = good.slice(i, i + CHUNK);
      const outcomes = await this.putOnRecord(
        chunk.map((c) => c.person),
        source,
      );
      outcomes.forEach((outcome, k) => {
        const { index } = chunk[k]!;
        if (outcome.status === 'rejected') rejected.push(rejection(index, [outcome.problem]));
        else {
          tally[outcome.status] += 1;
          if (outcome.sharesPhone) warnings.push(sharedPhone(index));
        }
      });
    }
    rejected.sort((a, b) => a.index - b.index);
    return { ...tally, rejected, warnings };
  }

  /** A chunk and its ledger entry, in one transaction. */
  private putOnRecord(people: readonly NormalPerson[], source: PutSource): Promise<Outcome[]> {
    return anew(() =>
      this.database.transaction(async () => {
        const outcomes = await this.put(people, source, { lists: 'replace', raisesEvents: true });
        const detail = { ...tallyOf(outcomes), township: source.scope.township };
        await this.ledger.write({ action: 'people.put', subject: 'people', by: source.by, detail });
        return outcomes;
      }),
    );
  }

  put(people: readonly NormalPerson[], source: PutSource, manner: PutManner): Promise<Outcome[]> {
    return this.upserts.put(people, source, manner);
  }

  private sort(people: readonly unknown[]): { good: Numbered[]; rejected: UpsertRejection[]; repeated: number } {
    const good: Numbered[] = [];
    const rejected: UpsertRejection[] = [];
    const seen = new Map<string, string>();
    let repeated = 0;
    people.forEach((value, index) => {
      const reading = this.read(value);
      if (!reading.ok) {
        rejected.push(rejection(index, reading.problems));
        return;
      }
      const { person } = reading;
      const content = canonical(person);
      const earlier = seen.get(person.externalId);
      if (earlier === undefined) good.push({ index, person });
      else if (earlier === content) repeated += 1;
      else rejected.push(rejection(index, [duplicate]));
      if (earlier === undefined) seen.set(person.externalId, content);
    });
    return { good, rejected, repeated };
  }
}

/** How many of each. */
export const tallyOf = (outcomes: readonly Outcome[]): Record<Outcome['status'], number> => {
  const tally = { created: 0, updated: 0, unchanged: 0, rejected: 0 };
  for (const { status } of outcomes) tally[status] += 1;
  return tally;
};

const missing = (path: readonly PropertyKey[]): string | null =>
  path[0] === 'externalId' ? 'missing_external_id' : null;
