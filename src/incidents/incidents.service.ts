import { Injectable } from '@nestjs/common';
import {
  Chance,
  Clock,
  Config,
  Database,
  err,
  Ledger,
  ok,
  readPhone,
  Vault,
  type InputMistake,
  type Instant,
  type LedgerActor,
  type Result,
} from '../platform/index.js';
import { caseKey } from './incident.js';
import type { IncidentInput } from './incident.schemas.js';

/** What the library knows, told by it at start, for this room lies below the library. */
export interface KnownFrauds {
  /** The type of each trick that is not retired, by code. */
  readonly typeOf: ReadonlyMap<string, string>;
  /** Codes by what types and tricks are called. */
  readonly codeOf: ReadonlyMap<string, string>;
}
export type TellFrauds = () => Promise<KnownFrauds>;

export interface Reporter {
  readonly by: LedgerActor;
  /** The township whose cases alone the caller may report; null for the whole county. */
  readonly township: string | null;
}

/** A case as it is kept; of its victim nothing but a keyed index. `loss` is in fen. */
export interface Incident {
  readonly type: string;
  readonly trick: string | null;
  readonly township: string | null;
  readonly tags: readonly string[] | null;
  readonly occurredAt: Instant;
  readonly loss: number | null;
  readonly victimKey: string | null;
}

interface IncidentRow extends Omit<Incident, 'tags'> {
  readonly tags: string | null;
}

const isWithin = (township: string | null, reporter: Reporter): boolean =>
  township !== null && (reporter.township === null || reporter.township === township);

const incidentOf = (row: IncidentRow): Incident => ({
  ...row,
  tags: row.tags === null ? null : (JSON.parse(row.tags) as string[]),
  occurredAt: Number(row.occurredAt),
  loss: row.loss === null ? null : Number(row.loss),
});

/** Cases that happened: they move the weights of assignment and are the back-check of reports. */
@Injectable()
export class Incidents {
  private tell: TellFrauds | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly ledger: Ledger,
  ) {}

  /** Called once at start by the room that knows the tricks. */
  register(tell: TellFrauds): void {
    this.tell = tell;
  }

  async known(): Promise<KnownFrauds> {
    if (!this.tell) throw new Error('no room has registered the tricks');
    return this.tell();
  }

  /** Records all of the cases, or none and says what is wrong with which. */
  async record(
    incidents: readonly IncidentInput[],
    reporter: Reporter,
  ): Promise<Result<{ accepted: number }, 'invalid'>> {
    const known = await this.known();
    const read = incidents.map((incident) => this.read(incident, known, reporter));
    const mistakes = read.flatMap((one, i) => one.mistakes.map((m) => ({ ...m, path: `/incidents/${i}/${m.path}` })));
    if (mistakes.length > 0) return err('invalid', mistakes satisfies InputMistake[]);
    const cases = read.map((one) => one.incident);
    await this.database.transaction(async () => {
      await this.insert(cases);
      await this.note('incidents.record', reporter, { count: cases.length });
    });
    return ok({ accepted: incidents.length });
  }

  /** One case as it would be kept, and what is wrong with it; paths are its fields. */
  read(
    incident: IncidentInput,
    known: KnownFrauds,
    reporter: Reporter,
  ): { incident: Incident; mistakes: InputMistake[] } {
    const township =
      incident.township === undefined ? reporter.township : (this.config.township(incident.township)?.code ?? null);
    const phone = readPhone(incident.victimPhone ?? null);
    return {
      incident: {
        type: incident.type ?? known.typeOf.get(incident.trick ?? '') ?? '',
        trick: incident.trick ?? null,
        township,
        tags: incident.tags ?? null,
        occurredAt: incident.occurredAt,
        loss: incident.loss === undefined ? null : Math.round(incident.loss * 100),
        victimKey: phone && phone.kind !== 'invalid' ? this.vault.index('phone', phone.number) : null,
      },
      mistakes: this.mistakesOf(incident, { known, township, reporter, phoneKind: phone?.kind ?? null }),
    };
  }

  /** Cases of [from, to), without names: what the back-check of the reports reads. */
  async between(from: Instant, to: Instant): Promise<Incident[]> {
    const rows = await this.database.query<IncidentRow>(
      'SELECT type, trick, township, tags, occurredAt, loss, victimKey FROM incidents WHERE occurredAt >= ? AND occurredAt < ? ORDER BY occurredAt',
      [from, to],
    );
    return rows.map(incidentOf);
  }

  /** When cases of each type happened, from `since` on, up to and without `until`: what the weights are made of. */
  async byType(since: Instant, until: Instant = Number.MAX_SAFE_INTEGER): Promise<Map<string, Instant[]>> {
    const rows = await this.database.query<{ type: string; occurredAt: number }>(
      'SELECT type, occurredAt FROM incidents WHERE occurredAt >= ? AND occurredAt < ?',
      [since, until],
    );
    const byType = new Map<string, Instant[]>();
    for (const { type, occurredAt } of rows) {
      const of = byType.get(type) ?? [];
      of.push(Number(occurredAt));
      byType.set(type, of);
    }
    return byType;
  }

  /** Of these cases those that are not recorded yet: as many of a kind as the file holds more than the table. */
  async fresh(cases: readonly Incident[]): Promise<Incident[]> {
    if (cases.length === 0) return [];
    const instants = cases.map((one) => one.occurredAt);
    const from = instants.reduce((a, b) => Math.min(a, b));
    const to = instants.reduce((a, b) => Math.max(a, b));
    const left = new Map<string, number>();
    for (const one of await this.between(from, to + 1)) left.set(caseKey(one), (left.get(caseKey(one)) ?? 0) + 1);
    return cases.filter((one) => {
      const key = caseKey(one);
      const n = left.get(key) ?? 0;
      if (n > 0) left.set(key, n - 1);
      return n === 0;
    });
  }

  /** Inside the caller's transaction. */
  async insert(cases: readonly Incident[]): Promise<void> {
    const now = this.clock.now();
    await this.database.insert(
      'incidents',
      ['id', 'type', 'trick', 'township', 'tags', 'occurredAt', 'loss', 'createdAt', 'victimKey'],
      cases.map((one) => [
        this.chance.id(this.clock),
        one.type,
        one.trick,
        one.township,
        one.tags ? JSON.stringify(one.tags) : null,
        one.occurredAt,
        one.loss,
        now,
        one.victimKey,
      ]),
    );
  }

  note(action: string, reporter: Reporter, detail: Readonly<Record<string, number>>): Promise<void> {
    return this.ledger.write({ action, subject: 'incidents', by: reporter.by, detail });
  }

  private mistakesOf(
    incident: IncidentInput,
    about: { known: KnownFrauds; township: string | null; reporter: Reporter; phoneKind: string | null },
  ): InputMistake[] {
    const found: InputMistake[] = [];
    const refuse = (path: string, code: string, message: string) => found.push({ path, code, message });
    const { typeOf } = about.known;
    if (incident.type !== undefined && ![...typeOf.values()].includes(incident.type))
      refuse('type', 'unknown_type', `${incident.type} is no fraud type`);
    const typeOfTrick = incident.trick === undefined ? undefined : typeOf.get(incident.trick);
    if (incident.trick !== undefined && typeOfTrick === undefined)
      refuse('trick', 'unknown_trick', `${incident.trick} is no trick`);
    else if (typeOfTrick !== undefined && incident.type !== undefined && typeOfTrick !== incident.type) {
      refuse('trick', 'trick_of_other_type', `${incident.trick} belongs to ${typeOfTrick}`);
    }
    if (incident.township !== undefined && !isWithin(about.township, about.reporter)) {
      refuse('township', 'unknown_township', `${incident.township} is no township of yours`);
    }
    if (incident.occurredAt > this.clock.now()) refuse('occurredAt', 'in_future', 'the case lies in the future');
    if (about.phoneKind === 'invalid') refuse('victimPhone', 'invalid_phone', 'this is no telephone number');
    return found;
  }
}
