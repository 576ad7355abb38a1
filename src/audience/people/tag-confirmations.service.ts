import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import {
  Alarms,
  Clock,
  Config,
  CountyTime,
  Database,
  days,
  err,
  Ledger,
  marks,
  ok,
  pageOf,
  parseDuration,
  Vault,
  type Instant,
  type Page,
  type Result,
} from '../../platform/index.js';
import { PersonDirectory } from './person-directory.service.js';
import type { MaskedPerson } from './person-view.js';
import type { ConfirmTags, ListLapsing } from './person.schemas.js';

export interface LapsingTag {
  readonly person: MaskedPerson;
  readonly tag: string;
  readonly confirmedAt: string;
  /** When it goes, unless somebody confirms it before. */
  readonly lapsesAt: string;
}

interface Row {
  personId: number;
  tag: string;
  confirmedAt: number;
}

/** Sensitive tags lapse unless somebody says again that they are true; here is the list of those that will, and the confirming. */
@Injectable()
export class TagConfirmations {
  constructor(
    private readonly database: Database,
    private readonly directory: PersonDirectory,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly ledger: Ledger,
    private readonly alarms: Alarms,
    private readonly vault: Vault,
  ) {}

  /** Those that lapse within `within` (`retention.warnAhead` where none is given), the first to lapse first. Only for those who may read them. */
  async lapsing(ask: ListLapsing, viewer: Actor): Promise<Result<Page<LapsingTag>, 'sensitive'>> {
    if (!viewer.mayReadSensitive) return err('sensitive');
    if (this.tags.length === 0) return ok({ items: [], nextCursor: null });
    const [at, personId, tag] = (ask.cursor ?? '').split('.');
    const after = at && personId && tag ? [Number(at), Number(at), Number(personId), Number(personId), tag] : null;
    const { township } = viewer.scope;
    const rows = await this.database.query<Row>(
      `SELECT t.personId, t.tag, t.confirmedAt FROM person_tags t JOIN people p ON p.id = t.personId
        WHERE t.tag IN (${marks(this.tags.length)}) AND t.confirmedAt < ?${township === null ? '' : ' AND p.township = ?'}${
          after
            ? ' AND (t.confirmedAt > ? OR (t.confirmedAt = ? AND (t.personId > ? OR (t.personId = ? AND t.tag > ?))))'
            : ''
        } ORDER BY t.confirmedAt, t.personId, t.tag LIMIT ?`,
      [
        ...this.tags,
        this.confirmedBefore(ask.within),
        ...(township === null ? [] : [township]),
        ...(after ?? []),
        ask.limit + 1,
      ],
    );
    const people = await this.directory.masked(
      rows.map((r) => Number(r.personId)),
      viewer,
    );
    return ok(
      pageOf(
        rows,
        ask.limit,
        (r) => `${r.confirmedAt}.${r.personId}.${r.tag}`,
        (r): LapsingTag => ({
          person: people.get(Number(r.personId))!,
          tag: r.tag,
          confirmedAt: this.county.iso(Number(r.confirmedAt)),
          lapsesAt: this.county.iso(Number(r.confirmedAt) + this.keptMs),
        }),
      ),
    );
  }

  /** Says that these people's tag is still true. Who has not the tag is passed over: a confirmation gives none. */
  async confirm(
    { tag: word, externalIds }: ConfirmTags,
    by: Actor,
  ): Promise<Result<{ confirmed: number }, 'sensitive'>> {
    const tag = this.directory.tagOf(word);
    if (!by.mayReadSensitive && this.directory.isSensitive(tag)) return err('sensitive');
    return this.database.transaction(async () => {
      const people = await this.directory.byExternalIds([...new Set(externalIds)], by.scope);
      const ids = [...people.values()].map((p) => p.id).sort((a, b) => a - b);
      if (ids.length === 0) return ok({ confirmed: 0 });
      const held = await this.database.query<{ personId: number }>(
        `SELECT personId FROM person_tags WHERE tag = ? AND personId IN (${marks(ids.length)})${this.database.forUpdate}`,
        [tag, ...ids],
      );
      if (held.length === 0) return ok({ confirmed: 0 });
      await this.database.execute(
        `UPDATE person_tags SET confirmedAt = ? WHERE tag = ? AND personId IN (${marks(held.length)})`,
        [this.clock.now(), tag, ...held.map((r) => Number(r.personId))],
      );
      await this.ledger.write({
        action: 'tag.confirm',
        subject: `tag/${this.vault.index('tag', tag)}`,
        by: { id: by.id, name: by.name },
        detail: { confirmed: held.length },
      });
      return ok({ confirmed: held.length });
    });
  }

  /** An alarm while tags are about to lapse; it says that there are some, for how many there are is not everybody's to know. */
  async warn(): Promise<void> {
    const some =
      this.tags.length === 0
        ? null
        : await this.database.one(
            `SELECT personId FROM person_tags WHERE tag IN (${marks(this.tags.length)}) AND confirmedAt < ? LIMIT 1`,
            [...this.tags, this.confirmedBefore(undefined)],
          );
    if (some) await this.alarms.raise('tags_lapsing', 'tags', '有重点提醒标签即将到期失效，请有权限的人员在名单中确认');
    else await this.alarms.clear('tags_lapsing', 'tags');
  }

  private confirmedBefore(within: string | undefined): Instant {
    const ahead = parseDuration(within ?? this.config.settings.retention.warnAhead) ?? days(14);
    return this.clock.now() + ahead - this.keptMs;
  }

  private get keptMs(): number {
    return parseDuration(this.config.settings.retention.keptFor.sensitiveTags)!;
  }

  private get tags(): readonly string[] {
    return this.config.settings.audience.sensitiveTags;
  }
}
