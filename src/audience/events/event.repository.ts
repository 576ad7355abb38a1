import { Injectable } from '@nestjs/common';
import { Clock, Config, Database, marks, parseDuration, type Instant } from '../../platform/index.js';
import { SourceBook } from '../people/source-book.service.js';
import {
  judge,
  populationOf,
  stayAfter,
  type EventRules,
  type Happening,
  type JudgedHappening,
  type KeptHappening,
  type Stay,
} from './event.js';

interface KeptRow {
  type: string;
  personId: number;
  occurredAt: number;
  triggers: number;
}
interface StayRow {
  personId: number;
  kind: string;
  since: number | null;
  until: number | null;
}

const numberOrNull = (value: number | null): number | null => (value === null ? null : Number(value));

/** Writes what happened to people; inside the caller's transaction. Imports and `POST /events` share it, so that both obey the same rules. */
@Injectable()
export class EventStore {
  private readonly rules: EventRules;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sources: SourceBook,
    config: Config,
  ) {
    const { commuterCooldown, eventMaxLateness } = config.settings.audience;
    this.rules = {
      cooldownMs: parseDuration(commuterCooldown) ?? 0,
      maxLatenessMs: parseDuration(eventMaxLateness) ?? 0,
    };
  }

  /** Stores the happenings of at most 1,000 people and says of each what became of it, in the order given. */
  async record(happenings: readonly Happening[]): Promise<JudgedHappening[]> {
    if (happenings.length === 0) return [];
    const now = this.clock.now();
    const judged = judge(happenings, await this.kept(happenings), { now, rules: this.rules });
    await this.database.insert(
      'person_events',
      ['type', 'personId', 'occurredAt', 'place', 'receivedAt', 'triggers'],
      judged
        .filter((j) => j.duplicate !== 'known')
        .map((j) => [j.type, j.personId, j.occurredAt, j.place ?? null, now, j.triggers]),
      'ignore',
    );
    return judged;
  }

  private async kept(happenings: readonly Happening[]): Promise<KeptHappening[]> {
    const times = happenings.map((h) => h.occurredAt);
    const from = times.reduce((a, b) => Math.min(a, b)) - this.rules.cooldownMs;
    const to = times.reduce((a, b) => Math.max(a, b)) + this.rules.cooldownMs;
    const kept: KeptHappening[] = [];
    for (const type of new Set(happenings.map((h) => h.type))) {
      const people = [...new Set(happenings.filter((h) => h.type === type).map((h) => h.personId))];
      const rows = await this.database.query<KeptRow>(
        `SELECT type, personId, occurredAt, triggers FROM person_events
         WHERE type = ? AND personId IN (${marks(people.length)}) AND occurredAt BETWEEN ? AND ?`,
        [type, ...people, from, to],
      );
      for (const r of rows) {
        kept.push({
          type: r.type,
          personId: Number(r.personId),
          occurredAt: Number(r.occurredAt),
          triggers: Number(r.triggers) === 1,
        });
      }
    }
    return kept;
  }

  /** Brings the arrival and migrant memberships in line with what happened. */
  async applyToStays(judged: readonly JudgedHappening[]): Promise<void> {
    const news = judged.filter((j) => j.duplicate !== 'known');
    if (news.length === 0) return;
    const people = [...new Set(news.map((j) => j.personId))];
    const rows = await this.database.query<StayRow>(
      `SELECT personId, kind, since, until FROM memberships WHERE personId IN (${marks(people.length)}) AND kind IN ('arrival', 'migrant')`,
      people,
    );
    const stays = new Map<string, Stay>(
      rows.map((r) => [`${r.personId}/${r.kind}`, { since: numberOrNull(r.since), until: numberOrNull(r.until) }]),
    );
    const moved = new Map<string, readonly [number, string, Stay]>();
    for (const happening of [...news].sort((a, b) => a.occurredAt - b.occurredAt)) {
      const kind = populationOf(happening.type);
      const key = `${happening.personId}/${kind}`;
      const before = stays.get(key) ?? null;
      const after = stayAfter(before, happening);
      if (before && before.since === after.since && before.until === after.until) continue;
      stays.set(key, after);
      moved.set(key, [happening.personId, kind, after]);
    }
    await this.writeStays([...moved.values()]);
  }

  private async writeStays(moved: readonly (readonly [number, string, Stay])[]): Promise<void> {
    const now: Instant = this.clock.now();
    await this.database.upsert(
      'memberships',
      ['personId', 'kind'],
      ['since', 'until', 'sourceId', 'createdAt'],
      moved.map(([personId, kind, { since, until }]) => [
        personId,
        kind,
        since,
        until,
        this.sources.idOf('events'),
        now,
      ]),
      { replace: ['since', 'until', 'sourceId'] },
    );
  }
}
