import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { OptOuts, People } from '../../audience/index.js';
import { Messages } from '../../dispatch/index.js';
import { whyInWords } from '../../library/index.js';
import {
  Clock,
  Config,
  CountyTime,
  Database,
  Ledger,
  marks,
  readPhone,
  Vault,
  type SqlValue,
} from '../../platform/index.js';

/** How it was made sure that whoever asks is whom the number belongs to. */
export interface IdentityCheck {
  readonly method: 'idCard' | 'householdRegister' | 'passport' | 'policeCertificate';
  /** A line about it; no number of a document. */
  readonly remark: string;
}

type Row = Readonly<Record<string, SqlValue>>;
type Sent = Row & {
  readonly scriptVersionId: number;
  readonly suffixMonth: number | null;
  readonly sentenceId: number | null;
  readonly variables: string | null;
  readonly gateway: string;
  readonly why: string;
};

/**
 * What is held about one phone number, as one document for the person whose it is (个人信息查询, PIPL art. 45): after an identity
 * check in person, which stands in the ledger with who made it. Everything is in words that the person can read, each message
 * with why it was sent; nothing is left out because it is sensitive, for it is their own.
 */
@Injectable()
export class SubjectAccess {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly config: Config,
    private readonly ledger: Ledger,
    private readonly people: People,
    private readonly optOuts: OptOuts,
    private readonly messages: Messages,
  ) {}

  /** Null where the text is no phone number. Nothing found is an answer too, and as much an entry of the ledger. */
  async of(text: string, check: IdentityCheck, by: Actor): Promise<Readonly<Record<string, unknown>> | null> {
    const phone = readPhone(text);
    if (!phone || phone.kind === 'invalid') return null;
    const found = await this.people.byPhone(phone.number, by.scope);
    const ids = found.map((p) => p.id);
    const keys = this.optOuts.keysOf(phone.number);
    await this.ledger.write({
      action: 'person.subjectAccess',
      subject: `person/${ids[0] ?? 'none'}`,
      by: { id: by.id, name: by.name },
      detail: { found: ids.length, method: check.method, remark: check.remark.replace(/\d{5,}/g, '…') },
    });
    const documents = [];
    for (const id of ids) documents.push(await this.person(id));
    return {
      office: this.config.office.name,
      madeAt: this.county.iso(this.clock.now()),
      phone: phone.number,
      people: documents,
      refusals: await this.dated(
        `SELECT channel, at, source FROM opt_outs WHERE phoneKey IN (${marks(keys.length)}) ORDER BY at`,
        keys,
      ),
      failures: await this.dated(
        `SELECT failures, lastCode, lastAt, suppressedAt FROM phone_health WHERE phoneKey IN (${marks(keys.length)})`,
        keys,
      ),
      replies: await this.replies(keys, by),
    };
  }

  private async person(id: number): Promise<Readonly<Record<string, unknown>>> {
    const row = await this.database.one<Row>('SELECT * FROM people WHERE id = ?', [id]);
    const clear = (sealed: SqlValue) => this.vault.openOrNull(typeof sealed === 'string' ? sealed : null);
    const entries = await this.database.query<{ at: number; actor: string; action: string }>(
      'SELECT at, actor, action FROM ledger_entries WHERE subject = ? ORDER BY id',
      [`person/${id}`],
    );
    return {
      externalId: row?.externalId,
      name: clear(row?.name),
      phone: clear(row?.phone),
      email: clear(row?.email),
      ...pick(row, ['township', 'community', 'birthDate', 'gender', 'language', 'school', 'guardianOf']),
      createdAt: this.iso(row?.createdAt),
      updatedAt: this.iso(row?.updatedAt),
      populations: await this.dated(
        'SELECT m.kind, m.since, m.until, s.basis, s.purpose, m.createdAt FROM memberships m LEFT JOIN sources s ON s.id = m.sourceId WHERE m.personId = ?',
        [id],
      ),
      tags: await this.dated('SELECT tag, confirmedAt FROM person_tags WHERE personId = ?', [id]),
      events: await this.dated(
        'SELECT type, occurredAt, place FROM person_events WHERE personId = ? ORDER BY occurredAt',
        [id],
      ),
      contact: await this.dated(
        'SELECT lastContactedAt, lastReachedAt, lastAttendedAt, tricksReached FROM contact_facts WHERE personId = ?',
        [id],
      ),
      messages: await this.sent(id),
      notSent: await this.dated('SELECT at, channel, reason FROM skips WHERE personId = ? ORDER BY id', [id]),
      tasks: await this.dated('SELECT kind, status, dueAt, outcome, doneAt FROM tasks WHERE personId = ? ORDER BY id', [
        id,
      ]),
      whoLooked: entries.map(({ at, actor, action }) => ({ at: this.iso(at), who: actor, did: action })),
    };
  }

  /** Each message with its text, what became of it, and why this person got it. */
  private async sent(personId: number): Promise<object[]> {
    const rows = await this.database.query<Sent>(
      `SELECT d.plannedAt, d.sentAt, d.channel, d.trick, d.status, d.receiptAt, d.scriptVersionId, d.suffixMonth, d.sentenceId, d.variables, d.gateway, d.why, c.name AS campaign
        FROM deliveries d LEFT JOIN campaigns c ON c.id = d.campaignId WHERE d.personId = ? ORDER BY d.id`,
      [personId],
    );
    const shown: object[] = [];
    for (const row of rows) {
      const { text } = await this.messages.recall(row);
      shown.push({
        plannedAt: this.iso(row.plannedAt),
        sentAt: this.iso(row.sentAt),
        receiptAt: this.iso(row.receiptAt),
        ...pick(row, ['channel', 'trick', 'status', 'campaign']),
        text,
        why: whyInWords(row.why, 'zh', true),
      });
    }
    return shown;
  }

  /** A township's officer gets those of the township, as in the inbox. */
  private async replies(keys: readonly string[], by: Actor): Promise<object[]> {
    const within = by.scope.township === null ? '' : ' AND township = ?';
    const rows = await this.database.query<{ receivedAt: number; text: string; kind: string }>(
      `SELECT receivedAt, text, kind FROM uplinks WHERE addressKey IN (${marks(keys.length)})${within} ORDER BY receivedAt`,
      [...keys, ...(by.scope.township === null ? [] : [by.scope.township])],
    );
    return rows.map(({ receivedAt, text, kind }) => ({ at: this.iso(receivedAt), kind, text: this.vault.open(text) }));
  }

  /** Rows as they are, instants as the county reads them. */
  private async dated(sql: string, values: readonly SqlValue[]): Promise<object[]> {
    const rows = await this.database.query<Row>(sql, values);
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          /(^at|At|^since|^until)$/.test(name) ? this.iso(value) : value,
        ]),
      ),
    );
  }

  private iso(value: SqlValue): string | null {
    return value === null || value === undefined ? null : this.county.iso(Number(value));
  }
}

const pick = (row: Row | null | undefined, names: readonly string[]): Row =>
  Object.fromEntries(names.map((name) => [name, row?.[name] ?? null]));
