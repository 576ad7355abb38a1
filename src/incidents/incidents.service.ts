import { Injectable } from '@nestjs/common';
import {
  Chance,
  Clock,
  Config,
  Database,
  err,
  Ledger,
  ok,
  type InputMistake,
  type Instant,
  type LedgerActor,
  type Result,
} from '../platform/index.js';
import type { IncidentInput } from './incident.schemas.js';

/** Answers the type of each trick that there is; the library registers it, for this room lies below the library. */
export type TypesOfTricks = () => Promise<ReadonlyMap<string, string>>;

interface Reporter {
  readonly by: LedgerActor;
  /** The township whose cases alone the caller may report; null for the whole county. */
  readonly township: string | null;
}

interface Placed {
  readonly type: string;
  readonly township: string | null;
}

const isWithin = (township: string | null, reporter: Reporter): boolean =>
  township !== null && (reporter.township === null || reporter.township === township);

/** Cases that happened: they move the weights of assignment and are the back-check of reports. */
@Injectable()
export class Incidents {
  private typesOfTricks: TypesOfTricks | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly config: Config,
    private readonly ledger: Ledger,
  ) {}

  /** Called once at start by the room that knows the tricks. */
  register(typesOfTricks: TypesOfTricks): void {
    this.typesOfTricks = typesOfTricks;
  }

  /** Records all of the cases, or none and says what is wrong with which. */
  async record(
    incidents: readonly IncidentInput[],
    reporter: Reporter,
  ): Promise<Result<{ accepted: number }, 'invalid'>> {
    if (!this.typesOfTricks) throw new Error('no room has registered the tricks');
    const types = await this.typesOfTricks();
    const now = this.clock.now();
    const placed = incidents.map((incident) => this.place(incident, types, reporter));
    const mistakes = incidents.flatMap((incident, i) =>
      this.mistakesOf(incident, { i, now, types, placed: placed[i]!, reporter }),
    );
    if (mistakes.length > 0) return err('invalid', mistakes);
    await this.database.transaction(async () => {
      await this.database.insert(
        'incidents',
        ['id', 'type', 'trick', 'township', 'tags', 'occurredAt', 'loss', 'createdAt'],
        incidents.map((incident, i) => [
          this.chance.id(this.clock),
          placed[i]!.type,
          incident.trick,
          placed[i]!.township,
          incident.tags ? JSON.stringify(incident.tags) : null,
          incident.occurredAt,
          incident.loss === undefined ? null : Math.round(incident.loss * 100),
          now,
        ]),
      );
      await this.ledger.write({
        action: 'incidents.record',
        subject: 'incidents',
        by: reporter.by,
        detail: { count: incidents.length },
      });
    });
    return ok({ accepted: incidents.length });
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

  private place(incident: IncidentInput, types: ReadonlyMap<string, string>, reporter: Reporter): Placed {
    const township =
      incident.township === undefined ? reporter.township : (this.config.township(incident.township)?.code ?? null);
    return { type: incident.type ?? types.get(incident.trick!) ?? '', township };
  }

  private mistakesOf(
    incident: IncidentInput,
    about: { i: number; now: Instant; types: ReadonlyMap<string, string>; placed: Placed; reporter: Reporter },
  ): InputMistake[] {
    const found: InputMistake[] = [];
    const refuse = (field: string, code: string, message: string) =>
      found.push({ path: `/incidents/${about.i}/${field}`, code, message });
    const knownTypes = new Set(about.types.values());
    if (incident.type !== undefined && !knownTypes.has(incident.type))
      refuse('type', 'unknown_type', `${incident.type} is no fraud type`);
    const typeOfTrick = incident.trick === undefined ? undefined : about.types.get(incident.trick);
    if (incident.trick !== undefined && typeOfTrick === undefined)
      refuse('trick', 'unknown_trick', `${incident.trick} is no trick`);
    else if (typeOfTrick !== undefined && incident.type !== undefined && typeOfTrick !== incident.type) {
      refuse('trick', 'trick_of_other_type', `${incident.trick} belongs to ${typeOfTrick}`);
    }
    if (incident.township !== undefined && !isWithin(about.placed.township, about.reporter)) {
      refuse('township', 'unknown_township', `${incident.township} is no township of yours`);
    }
    if (incident.occurredAt > about.now) refuse('occurredAt', 'in_future', 'the case lies in the future');
    return found;
  }
}
