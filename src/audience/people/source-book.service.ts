import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, Config, Database, marks, sha256 } from '../../platform/index.js';

/** The ways by which people come in: a file, `PUT /people`, `POST /events`. */
export type SourceKind = 'import' | 'people' | 'events';

/** Why data may be used and for what; see regulations on PIPL art. 13 and 55. */
export interface Grounds {
  readonly basis: string;
  readonly purpose: string;
}

export interface Source extends Grounds {
  readonly id: string;
  readonly kind: SourceKind;
}

/**
 * Where data comes from. Every membership, tag and phone names a source by its id: an import has one of its own, the API and the
 * event feed have one each for as long as the settings say the same, so that what came under other grounds keeps them.
 */
@Injectable()
export class SourceBook implements OnModuleInit {
  private readonly grounds: Readonly<Record<SourceKind, Grounds>>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    config: Config,
  ) {
    const { imports, people, events } = config.settings.audience.grounds;
    this.grounds = { import: imports, people, events };
  }

  async onModuleInit(): Promise<void> {
    await this.put([this.feed('people'), this.feed('events')]);
  }

  /** The id under which the API or the event feed stands on what it brings. */
  idOf(kind: Exclude<SourceKind, 'import'>): string {
    return this.feed(kind).id;
  }

  /** Keeps an import's grounds, inside the transaction that accepts it: those that its officer named, else the county's. */
  async putImport(id: string, named: Partial<Grounds> = {}): Promise<void> {
    const { basis, purpose } = this.grounds.import;
    await this.put([{ id, kind: 'import', basis: named.basis ?? basis, purpose: named.purpose ?? purpose }]);
  }

  async byIds(ids: readonly (string | null)[]): Promise<Map<string, Source>> {
    const asked = [...new Set(ids.filter((id) => id !== null))];
    if (asked.length === 0) return new Map();
    const rows = await this.database.query<Source>(
      `SELECT id, kind, basis, purpose FROM sources WHERE id IN (${marks(asked.length)})`,
      asked,
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  private feed(kind: Exclude<SourceKind, 'import'>): Source {
    const grounds = this.grounds[kind];
    return { id: `${kind}-${sha256(JSON.stringify(grounds)).slice(0, 16)}`, kind, ...grounds };
  }

  private async put(sources: readonly Source[]): Promise<void> {
    await this.database.insert(
      'sources',
      ['id', 'kind', 'basis', 'purpose', 'createdAt'],
      sources.map(({ id, kind, basis, purpose }) => [id, kind, basis, purpose, this.clock.now()]),
      'ignore',
    );
  }
}
