import { Injectable } from '@nestjs/common';
import {
  Clock,
  Database,
  err,
  Ledger,
  ok,
  sha256,
  type InputMistake,
  type LedgerActor,
  type Result,
} from '../../platform/index.js';
import { shippedTaxonomy } from '../shipped.loader.js';
import { Shelves } from '../shelf.service.js';
import type { FraudType, Trick } from '../taxonomy.js';
import { Weights } from '../weights/weights.service.js';
import {
  listMistakes,
  plannedChanges,
  trickFields,
  typeFields,
  type Change,
  type PlannedChange,
  type Standing,
} from './own-list.js';
import type { OwnList } from './own-list.schemas.js';

export interface ImportedList {
  readonly dryRun: boolean;
  readonly types: Readonly<Record<'created' | 'updated' | 'unchanged', number>>;
  readonly tricks: Readonly<Record<Change, number>>;
  /** What changes, or would; what stays as it is is left out. */
  readonly changes: readonly PlannedChange[];
  /** Active tricks on which nothing is written yet: nobody is warned of them. */
  readonly withoutScripts: readonly string[];
  /** The version of the list and, where types were added, of the matrix; null in a dry run or where nothing changed. */
  readonly listVersion: number | null;
  readonly weightsVersion: number | null;
}

/** The bureau's own types and tricks, in the place of the shipped list or beside it. Called by the API and by the command line. */
@Injectable()
export class OwnLists {
  constructor(
    private readonly database: Database,
    private readonly shelves: Shelves,
    private readonly weights: Weights,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  /** Takes all of a list or none of it. A dry run answers the same and writes nothing. */
  async import(
    list: OwnList,
    how: { readonly whole: boolean; readonly dryRun: boolean; readonly by: LedgerActor },
  ): Promise<Result<ImportedList, 'invalid'>> {
    return this.database.transaction(async () => {
      const standing = await this.standing();
      const mistakes = listMistakes(list, standing, { of: shippedTaxonomy, whole: how.whole });
      if (mistakes.length > 0) return err('invalid', mistakes satisfies InputMistake[]);
      const changes = plannedChanges(list, standing, how.whole);
      const moved = changes.filter(({ change }) => change !== 'unchanged');
      let versions: { listVersion: number | null; weightsVersion: number | null } = {
        listVersion: null,
        weightsVersion: null,
      };
      if (!how.dryRun && moved.length > 0) {
        await this.write(list, standing, moved);
        versions = await this.keep('own', how.by);
        await this.ledger.write({
          action: 'library.import',
          subject: `library/${versions.listVersion}`,
          by: how.by,
          detail: { whole: how.whole, ...countsOf(changes), weightsVersion: versions.weightsVersion },
        });
      }
      const withoutScripts = await this.withoutScripts(list);
      return ok({ dryRun: how.dryRun, ...countsOf(changes), changes: moved, withoutScripts, ...versions });
    });
  }

  /** Keeps the list as it stands now as its next version, and gives new types their weights. Inside the transaction of the change. */
  async keep(
    source: 'shipped' | 'own',
    by: LedgerActor,
  ): Promise<{ listVersion: number; weightsVersion: number | null }> {
    const list = await this.shelves.list();
    const text = JSON.stringify(list);
    const top = await this.database.one<{ top: number | null }>('SELECT MAX(version) AS top FROM taxonomy_versions');
    const version = Number(top?.top ?? 0) + 1;
    await this.database.insert(
      'taxonomy_versions',
      ['version', 'source', 'list', 'digest', 'createdBy', 'createdAt'],
      [[version, source, text, sha256(text), by.id, this.clock.now()]],
      source === 'own' ? 'fail' : 'ignore',
    );
    return { listVersion: version, weightsVersion: await this.weights.cover(list.types, list.tricks) };
  }

  async hasVersions(): Promise<boolean> {
    return (await this.database.one('SELECT version FROM taxonomy_versions LIMIT 1')) !== null;
  }

  private async standing(): Promise<Standing> {
    const lock = this.database.forUpdate;
    const tricks = await this.database.query<Record<string, unknown>>(`SELECT * FROM tricks ORDER BY no${lock}`);
    const types = await this.database.query<Record<string, unknown>>(`SELECT * FROM fraud_types ORDER BY no${lock}`);
    const whole = ({ facts, no, ...row }: Record<string, unknown>) => ({
      ...(JSON.parse(String(facts)) as object),
      ...row,
      no: Number(no),
    });
    return {
      types: types.map((row) => whole(row) as unknown as FraudType),
      tricks: tricks.map((row) => ({
        ...(whole(row) as unknown as Trick),
        retiredAt: row.retiredAt === null ? null : Number(row.retiredAt),
      })),
    };
  }

  private async write(list: OwnList, standing: Standing, moved: readonly PlannedChange[]): Promise<void> {
    const changed = new Map(moved.map((change) => [`${change.kind}/${change.code}`, change.change]));
    for (const type of list.types.filter(({ code }) => changed.has(`type/${code}`))) {
      const { code, no, nameZh, nameEn, ...facts } = typeFields(
        type,
        standing.types.find((before) => before.code === type.code),
      );
      await this.database.upsert(
        'fraud_types',
        ['code'],
        ['no', 'nameZh', 'nameEn', 'facts', 'source'],
        [[code, no, nameZh, nameEn, JSON.stringify(facts), 'own']],
        { replace: ['no', 'nameZh', 'nameEn', 'facts', 'source'] },
      );
    }
    for (const trick of list.tricks.filter(({ code }) => changed.has(`trick/${code}`))) {
      const before = standing.tricks.find((one) => one.code === trick.code);
      const { code, no, type, nameZh, nameEn, ...facts } = trickFields(trick, before);
      const retiredAt = trick.retired ? (before?.retiredAt ?? this.clock.now()) : null;
      await this.database.upsert(
        'tricks',
        ['code'],
        ['no', 'type', 'nameZh', 'nameEn', 'facts', 'source', 'retiredAt'],
        [[code, no, type, nameZh, nameEn, JSON.stringify(facts), 'own', retiredAt]],
        { replace: ['no', 'nameZh', 'nameEn', 'facts', 'source', 'retiredAt'] },
      );
    }
    const inFile = new Set(list.tricks.map((trick) => trick.code));
    for (const { code, kind, change } of moved) {
      if (kind !== 'trick' || change !== 'retired' || inFile.has(code)) continue;
      await this.database.execute('UPDATE tricks SET retiredAt = ? WHERE code = ?', [this.clock.now(), code]);
    }
  }

  private async withoutScripts(list: OwnList): Promise<string[]> {
    const rows = await this.database.query<{ trick: string }>(
      `SELECT DISTINCT s.trick FROM scripts s JOIN script_versions v ON v.scriptId = s.id WHERE v.status = 'approved'`,
    );
    const written = new Set(rows.map((row) => row.trick));
    return list.tricks.filter((trick) => !trick.retired && !written.has(trick.code)).map((trick) => trick.code);
  }
}

function countsOf(changes: readonly PlannedChange[]): Pick<ImportedList, 'types' | 'tricks'> {
  const count = (kind: PlannedChange['kind'], change: Change): number =>
    changes.filter((one) => one.kind === kind && one.change === change).length;
  return {
    types: {
      created: count('type', 'created'),
      updated: count('type', 'updated'),
      unchanged: count('type', 'unchanged'),
    },
    tricks: {
      created: count('trick', 'created'),
      updated: count('trick', 'updated'),
      unchanged: count('trick', 'unchanged'),
      retired: count('trick', 'retired'),
      restored: count('trick', 'restored'),
    },
  };
}
