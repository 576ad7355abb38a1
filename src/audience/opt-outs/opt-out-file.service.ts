import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { openPeopleTable } from '../imports/people-table.reader.js';
import { isBlank, UnreadableFile } from '../imports/table.js';
import { UploadStore } from '../imports/upload.repository.js';
import { OptOutDesk, type OptOutLine, type OptOutLinesAnswer } from './opt-out-desk.service.js';
import type { OptOutChannel } from './opt-outs.service.js';

/** A list of those who want no publicity, as a village office keeps it: CSV or XLSX with a column of numbers. */
@Injectable()
export class OptOutFile {
  constructor(
    private readonly uploads: UploadStore,
    private readonly desk: OptOutDesk,
  ) {}

  /** Enters every number of an upload, which is removed whatever happens, also where the form beside it cannot be read; throws `UnreadableFile` where it is no table with a column of numbers. */
  async take(uploadId: string, readChannel: () => OptOutChannel, by: Actor): Promise<OptOutLinesAnswer> {
    try {
      const channel = readChannel();
      return await this.desk.addLines(await this.linesOf(uploadId), { channel, by, source: 'import' });
    } finally {
      await this.uploads.remove(uploadId);
    }
  }

  private async linesOf(uploadId: string): Promise<OptOutLine[]> {
    const file = await this.uploads.open(uploadId);
    try {
      const table = await openPeopleTable(file, {});
      const columns = table.columns.get('phone') ?? [];
      if (columns.length === 0)
        throw new UnreadableFile('unknown_header', 'The file has no column of numbers: name it phone/手机号.');
      const lines: OptOutLine[] = [];
      for await (const rows of table.rows())
        for (const { line, cells } of rows) {
          if (isBlank(cells)) continue;
          const phone = columns.map((at) => cells[at]?.trim() ?? '').find((cell) => cell !== '');
          lines.push({ line, phone: phone ?? '' });
        }
      return lines;
    } finally {
      await file.close();
    }
  }
}
