import { Injectable } from '@nestjs/common';
import {
  Clock,
  Database,
  err,
  IdBlocks,
  Ledger,
  ok,
  sha256,
  type InputMistake,
  type Instant,
  type LedgerActor,
  type Result,
} from '../../platform/index.js';
import { shippedSentences } from '../shipped.loader.js';
import { compileTemplate } from '../template.js';
import { Wordings } from '../wordings.service.js';

export interface SentenceRecord {
  readonly id: number;
  readonly language: string;
  readonly version: number;
  readonly status: 'draft' | 'approved' | 'retired';
  readonly text: string;
  /** Who has read the translation against the Chinese; null: nobody yet, and it cannot be approved. */
  readonly translationReviewedBy: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Instant;
  readonly reviewedBy: string | null;
  readonly reviewedAt: Instant | null;
  readonly retiredAt: Instant | null;
}

type Person = LedgerActor & { readonly id: string };
export type SentenceRefusal = 'notFound' | 'invalid' | 'ownText' | 'translationUnreviewed';

/** Its variables are the office's alone, for it stands in every message of its language. */
const OFFICE_ONLY = new Set(['callerName', 'hotline', 'officeName']);
/** Whoever made the product read this one against the Chinese. */
const SHIPPED_BY = 'shipped';

const number = (value: unknown): number | null => (value === null ? null : Number(value));
const recordOf = (row: Record<string, unknown>): SentenceRecord =>
  ({
    ...row,
    id: Number(row.id),
    version: Number(row.version),
    createdAt: Number(row.createdAt),
    reviewedAt: number(row.reviewedAt),
    retiredAt: number(row.retiredAt),
  }) as SentenceRecord;

/**
 * The one sentence of each language that goes with a Chinese text to whoever reads that language better. As with scripts a
 * version never changes, and as with every translation nothing is approved that nobody has read against the Chinese.
 */
@Injectable()
export class Sentences {
  constructor(
    private readonly database: Database,
    private readonly ids: IdBlocks,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly wordings: Wordings,
  ) {}

  async all(): Promise<SentenceRecord[]> {
    const rows = await this.database.query<Record<string, unknown>>(
      'SELECT * FROM language_sentences ORDER BY language, version DESC',
    );
    return rows.map(recordOf);
  }

  /** Any version that ever was: a delivery's text is recomputed from it. */
  async text(id: number): Promise<string | null> {
    return (
      (await this.database.one<{ text: string }>('SELECT text FROM language_sentences WHERE id = ?', [id]))?.text ??
      null
    );
  }

  /** The next version of a language's sentence, a draft; the approved one stays in use. */
  async write(language: string, text: string, by: Person): Promise<Result<SentenceRecord, 'invalid'>> {
    const mistakes = this.mistakesOf(language, text);
    if (mistakes.length > 0) return err('invalid', mistakes);
    return this.database.transaction(async () => {
      const made = await this.insert(language, text, { by: by.id, isReviewed: false });
      await this.record('sentence.write', made, by);
      return ok(made);
    });
  }

  /** Somebody who reads the language has compared the newest draft with the Chinese; not its author. */
  review(language: string, by: Person): Promise<Result<SentenceRecord, SentenceRefusal>> {
    return this.change(language, 'draft', async (draft) => {
      if (draft.createdBy === by.id) return err('ownText');
      await this.database.execute('UPDATE language_sentences SET translationReviewedBy = ? WHERE id = ?', [
        by.name,
        draft.id,
      ]);
      await this.record('sentence.reviewTranslation', draft, by);
      return ok(draft);
    });
  }

  /** Puts the newest draft in use in the place of the one before; not by its author, and only where the translation was read. */
  approve(language: string, by: Person): Promise<Result<SentenceRecord, SentenceRefusal>> {
    return this.change(language, 'draft', async (draft) => {
      if (draft.createdBy === by.id) return err('ownText');
      if (draft.translationReviewedBy === null) return err('translationUnreviewed');
      const now = this.clock.now();
      await this.retireApproved(language, now);
      await this.database.execute(
        "UPDATE language_sentences SET status = 'approved', reviewedBy = ?, reviewedAt = ? WHERE id = ?",
        [by.id, now, draft.id],
      );
      await this.record('sentence.approve', draft, by);
      return ok(draft);
    });
  }

  retire(language: string, by: Person): Promise<Result<SentenceRecord, SentenceRefusal>> {
    return this.change(language, 'approved', async (approved) => {
      await this.retireApproved(language, this.clock.now());
      await this.record('sentence.retire', approved, by);
      return ok(approved);
    });
  }

  /** Lays in the shipped sentences, inside the seed's transaction: new ones, and changed ones where the bureau wrote none of its own. */
  async seed(): Promise<number> {
    const held = await this.all();
    let made = 0;
    for (const [language, { text, reviewed }] of Object.entries(shippedSentences())) {
      const its = held.filter((sentence) => sentence.language === language);
      if (its.some((sentence) => sentence.createdBy !== null || sentence.text === text)) continue;
      const isInUse = its.length === 0 || its.some((sentence) => sentence.status === 'approved');
      if (reviewed) await this.retireApproved(language, this.clock.now());
      await this.insert(language, text, { by: null, isReviewed: reviewed && isInUse });
      made += 1;
    }
    return made;
  }

  private async change(
    language: string,
    status: SentenceRecord['status'],
    work: (newest: SentenceRecord) => Promise<Result<SentenceRecord, SentenceRefusal>>,
  ): Promise<Result<SentenceRecord, SentenceRefusal>> {
    return this.database.transaction(async () => {
      const row = await this.database.one<Record<string, unknown>>(
        `SELECT * FROM language_sentences WHERE language = ? AND status = ? ORDER BY version DESC LIMIT 1${this.database.forUpdate}`,
        [language, status],
      );
      if (!row) return err('notFound');
      const done = await work(recordOf(row));
      if (!done.ok) return done;
      const after = await this.database.one<Record<string, unknown>>('SELECT * FROM language_sentences WHERE id = ?', [
        done.value.id,
      ]);
      return ok(recordOf(after!));
    });
  }

  private async retireApproved(language: string, now: Instant): Promise<void> {
    await this.database.execute(
      "UPDATE language_sentences SET status = 'retired', retiredAt = ? WHERE language = ? AND status = 'approved'",
      [now, language],
    );
  }

  private async insert(
    language: string,
    text: string,
    about: { by: string | null; isReviewed: boolean },
  ): Promise<SentenceRecord> {
    const id = await this.ids.take('sentence', 1);
    const top = await this.database.one<{ top: number | null }>(
      'SELECT MAX(version) AS top FROM language_sentences WHERE language = ?',
      [language],
    );
    const now = this.clock.now();
    const made: SentenceRecord = {
      id,
      language,
      version: Number(top?.top ?? 0) + 1,
      status: about.isReviewed ? 'approved' : 'draft',
      text,
      translationReviewedBy: about.isReviewed ? SHIPPED_BY : null,
      createdBy: about.by,
      createdAt: now,
      reviewedBy: null,
      reviewedAt: about.isReviewed ? now : null,
      retiredAt: null,
    };
    const columns = Object.keys(made);
    // Two processes that start at once lay in the same sentence.
    const or = about.by === null ? 'ignore' : 'fail';
    await this.database.insert('language_sentences', columns, [Object.values(made)], or);
    return made;
  }

  private mistakesOf(language: string, text: string): InputMistake[] {
    const refuse = (code: string, message: string): InputMistake => ({ path: '/text', code, message });
    const found = this.wordings
      .findings({ channel: 'sms', title: null, body: text, language })
      .filter((finding) => finding.severity === 'error')
      .map((finding) => refuse(finding.code, finding.message.en));
    if (found.length > 0) return found;
    return compileTemplate(text)
      .variables.filter((name) => !OFFICE_ONLY.has(name))
      .map((name) => refuse('unknown_variable', `a sentence names the office only, not {{${name}}}`));
  }

  private record(action: string, sentence: SentenceRecord, by: Person): Promise<void> {
    return this.ledger.write({
      action,
      subject: `sentence/${sentence.language}`,
      by: { id: by.id, name: by.name },
      detail: { version: sentence.version, digest: sha256(sentence.text) },
    });
  }
}
