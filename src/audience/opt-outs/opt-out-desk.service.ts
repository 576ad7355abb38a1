import { Injectable } from '@nestjs/common';
import type { Actor, Scope } from '../../accounts/index.js';
import {
  Config, CountyTime, Database, err, marks, ok, pageOf, readPhone, type InputMistake, type Page, type Result,
} from '../../platform/index.js'; // prettier-ignore
import { People } from '../people/people.service.js';
import { OptOuts, type OptOutChannel, type OptOutSource } from './opt-outs.service.js';

export interface OptOutRequest {
  readonly phones?: readonly string[] | undefined;
  readonly externalIds?: readonly string[] | undefined;
  readonly channel?: OptOutChannel | undefined;
}

export interface OptOutView {
  /** The first digits of the number's keyed hash: tells two apart, and nothing else. */
  readonly phoneKey: string;
  readonly channel: OptOutChannel;
  readonly at: string;
  readonly source: string;
}

interface Row {
  phoneKey: string;
  channel: string;
  at: number;
  source: string;
}

/** What somebody wrote for a number, and on which line of a file or list. */
export interface OptOutLine {
  readonly line: number;
  readonly phone: string;
}

export interface OptOutLinesAnswer {
  readonly added: number;
  /** Refused already. */
  readonly known: number;
  readonly rejected: readonly { readonly line: number; readonly code: string; readonly message: string }[];
}

const LINES_AT_ONCE = 5000;

/** One number of the request, under every index key that is still held. */
type Keys = readonly string[];

/** Where an officer, a village office or 96110 enters that somebody wants no publicity, or wants it again. */
@Injectable()
export class OptOutDesk {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly optOuts: OptOuts,
    private readonly config: Config,
    private readonly county: CountyTime,
  ) {}

  /** Anybody's number may be entered: a refusal protects. */
  async add(
    request: OptOutRequest,
    by: Actor,
    source: OptOutSource = 'api',
  ): Promise<Result<{ added: number }, 'badInput'>> {
    const read = await this.read(request, by.scope);
    if (!read.ok) return read;
    return this.database.transaction(async () => {
      const channel = request.channel ?? null;
      const known = await this.optOuts.exactly(read.value.flat(), channel);
      // Who refused under a former index key refuses already; the current key is entered beside it, so that plans see it.
      const isNew = (keys: Keys) => !keys.some((key) => known.has(key));
      await this.optOuts.addKeys(
        read.value.filter((keys) => !isNew(keys)).map(([key]) => key!),
        channel,
        { source, by },
      );
      const added = await this.optOuts.addKeys(
        read.value.filter(isNew).map(([key]) => key!),
        channel,
        { source, by },
      );
      return ok({ added });
    });
  }

  /** Enters a list: what cannot be read is told by its line, and a refusal that can be read is not lost for it. */
  async addLines(
    lines: readonly OptOutLine[],
    { channel, by, source }: { channel: OptOutChannel; by: Actor; source: OptOutSource },
  ): Promise<OptOutLinesAnswer> {
    const rejected: OptOutLinesAnswer['rejected'][number][] = [];
    let added = 0;
    for (let i = 0; i < lines.length; i += LINES_AT_ONCE) {
      const part = lines.slice(i, i + LINES_AT_ONCE);
      const read = this.readNumbers(part.map(({ phone }) => phone));
      const mistakes = read.ok ? [] : (read.detail as InputMistake[]);
      const wrong = new Map(mistakes.map((m) => [Number(m.path.split('/').at(-1)), m]));
      for (const [at, { code, message }] of wrong) rejected.push({ line: part[at]!.line, code, message });
      const good = part.filter((_, at) => !wrong.has(at)).map(({ phone }) => phone);
      if (good.length === 0) continue;
      const done = await this.add({ phones: good, channel }, by, source);
      if (done.ok) added += done.value.added;
    }
    return { added, known: lines.length - rejected.length - added, rejected };
  }

  /** A township officer takes back the refusals of the township's own people only. */
  async remove(request: OptOutRequest, by: Actor): Promise<Result<{ removed: number }, 'badInput'>> {
    const read = await this.read(request, by.scope);
    if (!read.ok) return read;
    const keys = by.scope.township === null ? read.value.flat() : await this.ownKeys(read.value, by.scope.township);
    return ok({ removed: await this.optOuts.removeKeys(keys, request.channel ?? null, by) });
  }

  /** The latest first. A township sees those of its own people. */
  async list(
    scope: Scope,
    { cursor, limit, channel }: { cursor?: string | undefined; limit: number; channel?: string | undefined },
  ): Promise<Page<OptOutView>> {
    const [at, key, last] = (cursor ?? '').split('.');
    const where = ['1 = 1'];
    const values: (string | number)[] = [];
    if (at && key && last) {
      where.push('(o.at < ? OR (o.at = ? AND (o.phoneKey > ? OR (o.phoneKey = ? AND o.channel > ?))))');
      values.push(Number(at), Number(at), key, key, last);
    }
    if (channel) {
      where.push("o.channel IN (?, 'all')");
      values.push(channel);
    }
    if (scope.township !== null) {
      where.push('EXISTS (SELECT 1 FROM people p WHERE p.phoneKey = o.phoneKey AND p.township = ?)');
      values.push(scope.township);
    }
    const rows = await this.database.query<Row>(
      `SELECT o.phoneKey, o.channel, o.at, o.source FROM opt_outs o WHERE ${where.join(' AND ')} ORDER BY o.at DESC, o.phoneKey, o.channel LIMIT ?`,
      [...values, limit + 1],
    );
    return pageOf(
      rows,
      limit,
      (row) => `${row.at}.${row.phoneKey}.${row.channel}`,
      (row) => this.view(row),
    );
  }

  private view({ phoneKey, channel, at, source }: Row): OptOutView {
    return {
      phoneKey: phoneKey.slice(0, 8),
      channel: channel === 'all' ? null : (channel as OptOutChannel),
      at: this.county.iso(Number(at)),
      source,
    };
  }

  private async read({ phones, externalIds }: OptOutRequest, scope: Scope): Promise<Result<Keys[], 'badInput'>> {
    return externalIds ? this.readPeople(externalIds, scope) : this.readNumbers(phones ?? []);
  }

  private readNumbers(phones: readonly string[]): Result<Keys[], 'badInput'> {
    const mistakes: InputMistake[] = [];
    const keys: Keys[] = [];
    const smsCapable = new RegExp(this.config.settings.audience.smsCapable);
    for (const [i, typed] of phones.entries()) {
      const phone = readPhone(typed, smsCapable);
      if (!phone || phone.kind === 'invalid')
        mistakes.push({ path: `/phones/${i}`, code: 'invalid_phone', message: 'no phone number' });
      else keys.push(this.optOuts.keysOf(phone.number));
    }
    return mistakes.length > 0 ? err('badInput', mistakes) : ok(keys);
  }

  private async readPeople(externalIds: readonly string[], scope: Scope): Promise<Result<Keys[], 'badInput'>> {
    const people = await this.people.byExternalIds(externalIds, scope);
    const mistakes = externalIds.flatMap((id, i): InputMistake[] => {
      const person = people.get(id);
      if (!person) return [{ path: `/externalIds/${i}`, code: 'unknown_person', message: 'no such person' }];
      return person.phoneKey === null
        ? [{ path: `/externalIds/${i}`, code: 'no_phone', message: 'this person has no phone' }]
        : [];
    });
    const keys = new Set([...people.values()].map((person) => person.phoneKey!));
    return mistakes.length > 0 ? err('badInput', mistakes) : ok([...keys].map((key) => [key]));
  }

  private async ownKeys(numbers: readonly Keys[], township: string): Promise<string[]> {
    const current = numbers.map(([key]) => key!);
    const rows = await this.database.query<{ phoneKey: string }>(
      `SELECT DISTINCT p.phoneKey FROM people p WHERE p.township = ? AND p.phoneKey IN (${marks(current.length)})`,
      [township, ...current],
    );
    const own = new Set(rows.map((row) => row.phoneKey));
    return numbers.filter(([key]) => own.has(key!)).flat();
  }
}
