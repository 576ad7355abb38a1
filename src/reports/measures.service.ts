import { Injectable } from '@nestjs/common';
import { Clock, CountyTime, Database, days } from '../platform/index.js';
import { addTo, emptyMeasure, TALLIES, type Measure } from '../dispatch/index.js';
import type { Cut } from './cut.js';
import { measureSql } from './measure-sql.js';

/** Fraud warnings fade within weeks: reach within four of them is fresh. */
const FRESH = days(28);

type AnswerRow = Readonly<Record<string, string | number | null>>;

export interface Measured {
  /** In the order of the cut's groups. */
  readonly rows: readonly { readonly key: readonly string[]; readonly measure: Measure }[];
  readonly totals: Measure;
  /** People by the number of tricks that reached them, where it was asked for. */
  readonly heard: ReadonlyMap<number, number>;
}

const at = (row: AnswerRow, i: number): number => Number(row[`n${i}`] ?? 0);
const peopleIn = (row: AnswerRow): Measure['people'] => ({
  targeted: at(row, 0),
  handedOver: at(row, 1),
  reached: at(row, 2),
  attended: at(row, 3),
  fresh: at(row, 4),
});

const before = (a: readonly string[], b: readonly string[]): number => {
  const i = a.findIndex((value, n) => value !== b[n]);
  return i === -1 ? 0 : a[i]! < b[i]! ? -1 : 1;
};

/** Asks the database for the numbers of a cut. Reads only, in one statement. */
@Injectable()
export class Measures {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  async of(cut: Cut, heard = false): Promise<Measured> {
    const question = measureSql({
      dialect: this.database.dialect,
      cut,
      days: { first: this.county.dayNumber(cut.from), last: this.county.dayNumber(Math.max(cut.from, cut.to - 1)) },
      freshSince: Math.min(cut.to, cut.asOf ?? this.clock.now()) - FRESH,
      heard,
    });
    return read(cut, await this.database.query<AnswerRow>(question.text, question.values));
  }
}

function read(cut: Cut, answer: readonly AnswerRow[]): Measured {
  const groups = new Map<string, { key: string[]; measure: Measure }>();
  const totals = emptyMeasure();
  const heard = new Map<number, number>();
  // Without a cut there is one row, also where nothing was sent: an empty period answers zeros.
  if (cut.groupBy.length === 0) groups.set('[]', { key: [], measure: emptyMeasure() });
  const groupOf = (row: AnswerRow): Measure => {
    const key = cut.groupBy.map((_, i) => String(row[`g${i}`] ?? ''));
    const name = JSON.stringify(key);
    const found = groups.get(name) ?? { key, measure: emptyMeasure() };
    groups.set(name, found);
    return found.measure;
  };
  for (const row of answer) {
    if (row.part === 'tally') TALLIES.forEach((name, i) => (groupOf(row).tally[name] += at(row, i)));
    else if (row.part === 'skip') groupOf(row).skipped[String(row.reason)] = at(row, 0);
    else if (row.part === 'people') groupOf(row).people = peopleIn(row);
    else if (row.part === 'total') {
      totals.people = peopleIn(row);
      if (cut.groupBy.length === 0) groupOf(row).people = totals.people;
    } else heard.set(at(row, 1), at(row, 0));
  }
  const rows = [...groups.values()].sort((a, b) => before(a.key, b.key));
  for (const { measure } of rows) addTo(totals, measure);
  return { rows, totals, heard };
}
