import { Injectable } from '@nestjs/common';
import { share } from '../dispatch/index.js';
import { Library } from '../library/index.js';
import { Database } from '../platform/index.js';
import type { Cut } from './cut.js';
import { wordingsSql } from './measure-sql.js';

/** One wording and what came of it. Rates are shares of what was handed over. */
export interface WordingResult {
  readonly trick: string;
  readonly channel: string;
  readonly audience: string | null;
  readonly language: string;
  readonly variant: number;
  readonly scriptId: string;
  readonly versionId: string;
  readonly sent: number;
  readonly delivered: number;
  readonly attended: number;
  readonly optOuts: number;
  readonly replies: number;
  readonly deliveredRate: number;
  readonly attendedRate: number;
  readonly optOutRate: number;
}

type Row = Record<'versionId' | 'sent' | 'delivered' | 'attended' | 'optOuts' | 'replies', number | string>;

const placeOf = (w: WordingResult): string =>
  [w.trick, w.channel, w.language, w.audience ?? '', w.variant].join('\u0000');

/** Variants of equally approved wording, side by side: they are drawn evenly, so their rates can be compared. */
@Injectable()
export class Wordings {
  constructor(
    private readonly database: Database,
    private readonly library: Library,
  ) {}

  async of(cut: Cut): Promise<WordingResult[]> {
    const { text, values } = wordingsSql(cut);
    const results: WordingResult[] = [];
    for (const row of await this.database.query<Row>(text, values)) {
      const script = await this.library.version(Number(row.versionId));
      if (!script) throw new Error(`script version ${row.versionId} is gone`);
      const [sent, delivered, attended, optOuts] = [row.sent, row.delivered, row.attended, row.optOuts].map(Number) as [
        number,
        number,
        number,
        number,
      ];
      const { trick, channel, audience, language, variant, scriptId } = script;
      results.push({
        ...{ trick, channel, audience, language, variant, scriptId, versionId: String(row.versionId) },
        ...{ sent, delivered, attended, optOuts, replies: Number(row.replies) },
        deliveredRate: share(delivered, sent),
        attendedRate: share(attended, sent),
        optOutRate: share(optOuts, sent),
      });
    }
    return results.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  }
}
