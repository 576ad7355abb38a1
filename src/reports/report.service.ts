import { Injectable } from '@nestjs/common';
import { Clock, ClosedDays, Config, CountyTime, Database } from '../platform/index.js';
import { countsOf, share, type Measure } from '../dispatch/index.js';
import { readCut, type Cut, type CutQuery, type ReadCut } from './cut.js';
import { Measures, type Measured } from './measures.service.js';
import { ReportNames, type Names } from './names.service.js';
import {
  NAMED,
  NOTES,
  reachOf,
  showCut,
  type GroupColumns,
  type ReachReport,
  type ReportHead,
  type SendsReport,
  type TrickCoverage,
  type TrickReach,
} from './report.js';
import type { Viewer } from './viewer.js';

const EXTREMES = 5;

/** The send and reach reports. They read what dispatch keeps and decide nothing. */
@Injectable()
export class Reports {
  constructor(
    private readonly database: Database,
    private readonly measures: Measures,
    private readonly names: ReportNames,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly config: Config,
    private readonly days: ClosedDays,
  ) {}

  /** Reads a query into a cut within the viewer's scope; every mistake is answered with its place. */
  cut(query: CutQuery, viewer: Viewer): ReadCut {
    return readCut(query, {
      calendar: this.county,
      now: this.clock.now(),
      scope: viewer.scope.township,
      townshipCode: (text) => this.config.township(text)?.code ?? null,
    });
  }

  async sends(cut: Cut, viewer: Viewer): Promise<SendsReport> {
    const measured = await this.measures.of(cut);
    return {
      ...(await this.head(cut)),
      rows: await this.rows(cut, measured, countsOf, viewer),
      totals: countsOf(measured.totals),
    };
  }

  async reach(cut: Cut, viewer: Viewer): Promise<ReachReport> {
    const measured = await this.measures.of(cut);
    return {
      ...(await this.head(cut)),
      rows: await this.rows(cut, measured, reachOf, viewer),
      totals: reachOf(measured.totals),
    };
  }

  /** How widely each trick was heard of, and of how many tricks people heard, over a period (and a population). */
  async trickCoverage(asked: Cut, viewer: Viewer): Promise<TrickCoverage> {
    const cut: Cut = { ...asked, groupBy: ['trick'] };
    const { rows, totals, heard } = await this.measures.of(cut, true);
    const names = await this.names.load([], viewer);
    const measured = new Map(rows.map(({ key, measure }) => [key[0]!, measure]));
    const codes = new Set([...names.trick].filter(([, trick]) => !trick.isRetired).map(([code]) => code));
    for (const code of measured.keys()) if (code !== '') codes.add(code);
    const whole = totals.people.targeted;
    const byTrick = [...codes].map((code) => trickReach(code, measured.get(code), names, whole)).sort(wider);
    return {
      ...(await this.head(cut)),
      segmentSize: whole,
      reachedPeople: totals.people.reached,
      byTricksReached: [...heard].sort(([a], [b]) => a - b).map(([tricks, people]) => ({ tricks, people })),
      byTrick,
      most: byTrick.slice(0, EXTREMES),
      least: byTrick.slice(-EXTREMES).reverse(),
    };
  }

  private async rows<T>(
    cut: Cut,
    measured: Measured,
    shape: (m: Measure) => T,
    viewer: Viewer,
  ): Promise<(GroupColumns & T)[]> {
    const campaign = cut.groupBy.indexOf('campaign');
    const ids = campaign === -1 ? [] : [...new Set(measured.rows.map(({ key }) => key[campaign]!))];
    const names = await this.names.load(ids, viewer);
    return measured.rows.map(({ key, measure }) => ({ ...columnsOf(cut, key, names), ...shape(measure) }));
  }

  private async head(cut: Cut): Promise<ReportHead> {
    const sliced = [...cut.groupBy, ...Object.keys(cut.filters)].some((name) =>
      ['gateway', 'type', 'trick'].includes(name),
    );
    return {
      period: { from: this.county.iso(cut.from), to: this.county.iso(cut.to) },
      asOf: this.county.isoOrNull(cut.asOf),
      groupBy: cut.groupBy,
      notes: [
        NOTES.distinct,
        NOTES.estimate,
        ...(sliced ? [NOTES.skips] : []),
        ...(cut.asOf === null ? [] : [NOTES.asOf]),
      ],
      ledger: await this.ledgerHead(),
    };
  }

  private async ledgerHead(): Promise<ReportHead['ledger']> {
    const last = await this.database.one<{ seq: number; hash: string }>(
      'SELECT seq, hash FROM ledger_entries WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1',
    );
    if (!last) return null;
    const [day] = await this.days.latest(1);
    return {
      seq: Number(last.seq),
      hash: last.hash,
      day: day ? showCut('day', day.day) : null,
      root: day?.entriesRoot ?? null,
      settlementRoot: day?.settlementRoot ?? null,
    };
  }
}

function columnsOf(cut: Cut, key: readonly string[], names: Names): GroupColumns {
  const columns: Record<string, string> = {};
  cut.groupBy.forEach((name, i) => {
    const value = key[i]!;
    columns[name] = showCut(name, value);
    if (name === 'trick') columns[NAMED.trick] = names.trick.get(value)?.name ?? '';
    else if (name === 'township' || name === 'type' || name === 'campaign')
      columns[NAMED[name]] = names[name].get(value) ?? '';
  });
  return columns;
}

function trickReach(code: string, measure: Measure | undefined, names: Names, whole: number): TrickReach {
  const trick = names.trick.get(code);
  const reached = measure?.people.reached ?? 0;
  return {
    trick: code,
    trickName: trick?.name ?? '',
    type: trick?.type ?? '',
    typeName: names.type.get(trick?.type ?? '') ?? '',
    targetedPeople: measure?.people.targeted ?? 0,
    reachedPeople: reached,
    coverage: share(reached, whole),
    estimatedGroupReach: measure?.tally.estimatedReach ?? 0,
    attestedGroupReach: measure?.tally.attestedReach ?? 0,
  };
}

const wider = (a: TrickReach, b: TrickReach): number =>
  b.reachedPeople - a.reachedPeople ||
  b.attestedGroupReach + b.estimatedGroupReach - (a.attestedGroupReach + a.estimatedGroupReach) ||
  (a.trick < b.trick ? -1 : 1);
