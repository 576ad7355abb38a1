import { Injectable } from '@nestjs/common';
import {
  Clock,
  Config,
  Database,
  err,
  Ledger,
  ok,
  sha256,
  type InputMistake,
  type Instant,
  type LedgerActor,
  type Result,
} from '../../platform/index.js';
import { shippedTaxonomy } from '../shipped.loader.js';
import { Shelves } from '../shelf.service.js';
import type { FraudType, Trick } from '../taxonomy.js';
import { matrixMistakes, seededMatrix, seededRow, type Matrix, type WeightVersion } from './matrix.js';

export interface SavedWeights extends WeightVersion {
  readonly source: string;
  readonly digest: string;
  readonly remark: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Instant;
}

export type WeightsRefusal = 'invalid' | 'changed' | 'notYours';

interface Row {
  readonly version: number;
  readonly source: string;
  readonly matrix: string;
  readonly digest: string;
  readonly remark: string | null;
  readonly createdBy: string | null;
  readonly createdAt: number;
}

const savedOf = ({ matrix, ...row }: Row): SavedWeights => ({
  ...row,
  version: Number(row.version),
  createdAt: Number(row.createdAt),
  matrix: JSON.parse(matrix) as Matrix,
});

/** Text of a matrix with its keys in one order, so that the same matrix has the same digest. */
const textOf = (matrix: Matrix): string => JSON.stringify(sorted(matrix));

const sorted = (value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;

/** The versions of the matrix that `weighted` and `riskMatrix` draw by. A saved version never changes. */
@Injectable()
export class Weights {
  constructor(
    private readonly database: Database,
    private readonly shelves: Shelves,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  /** The version in force, or a named one. */
  async find(version?: number): Promise<SavedWeights | null> {
    const row = await this.database.one<Row>(
      `SELECT * FROM weight_versions${version === undefined ? '' : ' WHERE version = ?'} ORDER BY version DESC LIMIT 1`,
      version === undefined ? [] : [version],
    );
    return row && savedOf(row);
  }

  /** All versions without their cells, the newest first. */
  async versions(): Promise<Omit<SavedWeights, 'matrix'>[]> {
    const rows = await this.database.query<Omit<Row, 'matrix'>>(
      'SELECT version, source, digest, remark, createdBy, createdAt FROM weight_versions ORDER BY version DESC LIMIT 500',
    );
    return rows.map((row) => ({ ...row, version: Number(row.version), createdAt: Number(row.createdAt) }));
  }

  /**
   * Saves a matrix as the next version, in force for every run that begins from now on. `basedOn`, where given, is the version
   * that the author looked at. A township's officer may change their township's table alone.
   */
  async save(
    matrix: Matrix,
    about: { by: LedgerActor; township: string | null; remark?: string; basedOn?: number },
  ): Promise<Result<SavedWeights, WeightsRefusal>> {
    const { types } = await this.shelves.list();
    const mistakes = matrixMistakes(matrix, {
      types: types.map((type) => type.code),
      of: shippedTaxonomy,
      townships: this.config.settings.townships.map((township) => township.code),
    });
    if (mistakes.length > 0) return err('invalid', mistakes satisfies InputMistake[]);
    return this.database.transaction(async () => {
      await this.database.query(
        `SELECT version FROM weight_versions ORDER BY version DESC LIMIT 1${this.database.forUpdate}`,
      );
      const before = (await this.find())!;
      if (about.basedOn !== undefined && about.basedOn !== before.version) return err('changed');
      if (about.township !== null && !onlyTownship(before.matrix, matrix, about.township)) return err('notYours');
      const version = await this.insert(matrix, { version: before.version + 1, source: 'own', ...about });
      await this.ledger.write({
        action: 'weights.change',
        subject: `weights/${version.version}`,
        by: about.by,
        detail: {
          before: before.digest,
          after: version.digest,
          changed: changedCells(before.matrix, matrix),
          ...(about.remark ? { remark: about.remark } : {}),
        },
      });
      return ok(version);
    });
  }

  /**
   * Makes the first matrix of the taxonomy, and later adds rows for types that have none; inside the transaction that changed
   * the list. Answers the new version, or null where nothing was missing.
   */
  async cover(types: readonly FraudType[], tricks: readonly Trick[]): Promise<number | null> {
    const before = await this.find();
    if (!before) {
      const first = await this.insert(seededMatrix(types, tricks, shippedTaxonomy), { version: 1, source: 'shipped' });
      return first.version;
    }
    const missing = types.filter((type) => !before.matrix.weights[type.code]);
    if (missing.length === 0) return null;
    const rows = missing.map((type) => {
      const its = tricks.filter((trick) => trick.type === type.code);
      return [type.code, seededRow(type.severity.weight, its, shippedTaxonomy)] as const;
    });
    // Columns of the bureau's own tags get everybody's weight: nobody has said anything about them yet.
    const own = Object.keys(Object.values(before.matrix.weights)[0] ?? {});
    const widened = rows.map(([code, row]) => [
      code,
      { ...Object.fromEntries(own.map((column) => [column, row.everybody ?? 1])), ...row },
    ]);
    const matrix = {
      ...before.matrix,
      weights: { ...before.matrix.weights, ...(Object.fromEntries(widened) as Matrix['weights']) },
    };
    return (await this.insert(matrix, { version: before.version + 1, source: 'taxonomy' })).version;
  }

  private async insert(
    matrix: Matrix,
    about: { version: number; source: string; remark?: string; by?: LedgerActor },
  ): Promise<SavedWeights> {
    const text = textOf(matrix);
    const saved: SavedWeights = {
      version: about.version,
      matrix,
      source: about.source,
      digest: sha256(text),
      remark: about.remark ?? null,
      createdBy: about.by?.id ?? null,
      createdAt: this.clock.now(),
    };
    await this.database.insert(
      'weight_versions',
      ['version', 'source', 'matrix', 'digest', 'remark', 'createdBy', 'createdAt'],
      [[saved.version, saved.source, text, saved.digest, saved.remark, saved.createdBy, saved.createdAt]],
      // Two processes that start at once make the same first matrix.
      saved.source === 'own' ? 'fail' : 'ignore',
    );
    return saved;
  }
}

/** True where nothing outside of one township's table differs. */
function onlyTownship(before: Matrix, after: Matrix, township: string): boolean {
  const without = ({ townships, ...rest }: Matrix): string =>
    textOf({ ...rest, townships: Object.fromEntries(Object.entries(townships).filter(([code]) => code !== township)) });
  return without(before) === without(after);
}

const cells = (matrix: Matrix): Map<string, number> =>
  new Map(
    [['', matrix.weights] as const, ...Object.entries(matrix.townships)].flatMap(([township, table]) =>
      Object.entries(table).flatMap(([type, row]) =>
        Object.entries(row).map(([column, weight]): [string, number] => [
          [township, type, column].filter(Boolean).join('/'),
          weight,
        ]),
      ),
    ),
  );

/** How many cells differ: the ledger keeps the number, the versions keep the cells. */
function changedCells(before: Matrix, after: Matrix): number {
  const [a, b] = [cells(before), cells(after)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).length;
}
