import { Injectable } from '@nestjs/common';
import { CountyTime, Database, type InputMistake } from '../platform/index.js';
import { readSheets, recordsOf, UnreadableSheet } from '../platform/sheets/index.js';
import { INCIDENT_COLUMNS, incidentInstant, yuan, type IncidentField } from './incident.js';
import type { IncidentInput } from './incident.schemas.js';
import { Incidents, type Incident, type KnownFrauds, type Reporter } from './incidents.service.js';

export interface RejectedCase {
  /** The line of the file, or the row of the sheet. */
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

export interface ImportedCases {
  readonly dryRun: boolean;
  /** total = accepted + duplicates + rejected */
  readonly total: number;
  readonly accepted: number;
  /** Recorded before, or by another line of the same file with the same file read twice. */
  readonly duplicates: number;
  readonly rejected: number;
  readonly rejects: readonly RejectedCase[];
}

type Cells = Partial<Record<IncidentField, string>>;

const REJECTS_SHOWN = 500;

/** A file of cases: the good rows are recorded, each bad one has its line and a code, the same file twice records nothing twice. */
@Injectable()
export class IncidentImports {
  constructor(
    private readonly database: Database,
    private readonly county: CountyTime,
    private readonly incidents: Incidents,
  ) {}

  /** Throws UnreadableSheet where the whole file cannot be taken. Phones leave nothing but their keyed index. */
  async import(file: Buffer, about: { readonly dryRun: boolean; readonly reporter: Reporter }): Promise<ImportedCases> {
    const [sheet] = await readSheets(file);
    const rows = sheet ? recordsOf(sheet, INCIDENT_COLUMNS) : [];
    if (rows.length === 0) throw new UnreadableSheet('empty_file', 'The file holds no rows under its header.');
    if (!rows.some(({ record }) => record.occurredAt !== undefined && (record.type ?? record.trick) !== undefined)) {
      throw new UnreadableSheet('unknown_header', 'No known header: name the columns 类型 or 骗术, and 发案时间.');
    }
    const known = await this.incidents.known();
    const rejects: RejectedCase[] = [];
    const good: Incident[] = [];
    let rejected = 0;
    for (const { line, record } of rows) {
      const { incident, mistakes } = this.readRow(record, known, about.reporter);
      if (incident && mistakes.length === 0) {
        good.push(incident);
        continue;
      }
      rejected += 1;
      rejects.push(...mistakes.map(({ path, code, message }) => ({ line, field: path, code, message })));
    }
    return this.database.transaction(async () => {
      const fresh = await this.incidents.fresh(good);
      if (!about.dryRun && fresh.length > 0) {
        await this.incidents.insert(fresh);
        await this.incidents.note('incidents.import', about.reporter, {
          count: fresh.length,
          duplicates: good.length - fresh.length,
          rejected,
        });
      }
      return {
        dryRun: about.dryRun,
        total: rows.length,
        accepted: fresh.length,
        duplicates: good.length - fresh.length,
        rejected,
        rejects: rejects.slice(0, REJECTS_SHOWN),
      };
    });
  }

  private readRow(
    cells: Cells,
    known: KnownFrauds,
    reporter: Reporter,
  ): { incident: Incident | null; mistakes: InputMistake[] } {
    const code = (text: string | undefined) => (text === undefined ? undefined : (known.codeOf.get(text) ?? text));
    const occurredAt = incidentInstant(cells.occurredAt ?? '', (date) => this.county.midnight(date));
    const loss = cells.loss === undefined ? undefined : yuan(cells.loss);
    const mistakes: InputMistake[] = [];
    const refuse = (path: string, problem: string, message: string) => mistakes.push({ path, code: problem, message });
    if (occurredAt === null) refuse('occurredAt', 'invalid_date', 'a date such as 2026-11-24 or 2026-11-24 09:30');
    if (loss === null) refuse('loss', 'invalid_amount', 'an amount in yuan such as 12000, 1.2万');
    const [type, trick] = [code(cells.type), code(cells.trick)];
    if (type === undefined && trick === undefined)
      refuse('type', 'type_or_trick_required', 'a case has a type or a trick');
    if (mistakes.length > 0) return { incident: null, mistakes };
    const tags = cells.tags?.split(/[;；,，、]/).map((tag) => tag.trim());
    const input: IncidentInput = {
      occurredAt: occurredAt!,
      ...(type === undefined ? {} : { type }),
      ...(trick === undefined ? {} : { trick }),
      ...(cells.township === undefined ? {} : { township: cells.township }),
      ...(tags === undefined ? {} : { tags: tags.filter((tag) => tag !== '') }),
      ...(loss === undefined || loss === null ? {} : { loss }),
      ...(cells.victimPhone === undefined ? {} : { victimPhone: cells.victimPhone }),
    };
    return this.incidents.read(input, known, reporter);
  }
}
