import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Database, err, Ledger, ok, pageOf, type Page, type Result } from '../../platform/index.js';
import { ImportStore } from './import.repository.js';
import type { ListMistakes } from './import.schemas.js';
import { mistakesOf, rejectsHeader, rejectsRows } from './rejects-csv.js';

/** A row that was not taken, by its line and what is wrong with which of our fields; without a word of the row itself. */
export interface RowMistakes {
  readonly line: number;
  readonly mistakes: readonly {
    readonly field: string;
    readonly code: string;
    readonly message: string;
  }[];
}

const REJECTS_A_PAGE = 500;

/** The rows that imports did not take: as a file to correct, or by their mistakes alone. */
@Injectable()
export class ImportRejects {
  constructor(
    private readonly database: Database,
    private readonly store: ImportStore,
    private readonly ledger: Ledger,
  ) {}

  /** The rows that were not taken, as CSV, page by page; who fetches them is written down first. */
  async rejects(id: string, by: Actor): Promise<Result<AsyncGenerator<string>, 'notFound'>> {
    const job = await this.store.find(id, by.scope);
    if (!job) return err('notFound');
    await this.database.transaction(() =>
      this.ledger.write({
        action: 'import.rejects',
        subject: `import/${id}`,
        by: { id: by.id, name: by.name },
        detail: { rejected: job.rejected },
      }),
    );
    return ok(this.rejectPages(id, job.header ?? []));
  }

  /** The line and the mistakes of each row that was not taken, without a word of the row itself. */
  async *mistakes(id: string): AsyncGenerator<{ line: number; codes: string; messages: string }> {
    for (let after = 0; ;) {
      const rows = await this.store.mistakes(id, after, REJECTS_A_PAGE);
      for (const { line, problems } of rows) yield { line, ...mistakesOf(problems) };
      if (rows.length < REJECTS_A_PAGE) return;
      after = rows.at(-1)!.line;
    }
  }

  /** The same by pages, for the screen; `field` is ours, and what the file calls it is in the import's `columns`. */
  async mistakePage(
    id: string,
    { cursor, limit }: ListMistakes,
    viewer: Actor,
  ): Promise<Result<Page<RowMistakes>, 'notFound'>> {
    if (!(await this.store.find(id, viewer.scope))) return err('notFound');
    const rows = await this.store.mistakes(id, Number(cursor ?? 0), limit + 1);
    const page = pageOf(
      rows,
      limit,
      (row) => row.line,
      ({ line, problems }): RowMistakes => ({
        line,
        mistakes: problems.map(({ path, code, message }) => ({ field: path.split('/')[1] ?? '', code, message })),
      }),
    );
    return ok(page);
  }

  private async *rejectPages(id: string, header: readonly string[]): AsyncGenerator<string> {
    yield rejectsHeader(header);
    for (let after = 0; ;) {
      const rows = await this.store.rejects(id, after, REJECTS_A_PAGE);
      if (rows.length > 0) yield rejectsRows(header, rows);
      if (rows.length < REJECTS_A_PAGE) return;
      after = rows.at(-1)!.line;
    }
  }
}
