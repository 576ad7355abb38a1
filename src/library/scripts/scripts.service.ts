import { Injectable } from '@nestjs/common';
import {
  canMove,
  Chance,
  Clock,
  Database,
  err,
  Ledger,
  ok,
  type InputMistake,
  type LedgerActor,
  type Result,
} from '../../platform/index.js';
import type { Finding } from '../finding.js';
import type { Wording } from '../lint.js';
import { scriptDigest } from '../seed.service.js';
import { baseLanguage } from '../shelf.js';
import { Shelves } from '../shelf.service.js';
import { compileTemplate } from '../template.js';
import { Wordings, type PlacedFinding } from '../wordings.service.js';
import { scriptStates, type ScriptStatus } from './script.js';
import { ScriptRepository, type ScriptRecord, type VersionRecord } from './script.repository.js';
import type { ScriptInput, VersionInput } from './script.schemas.js';

type Writer = LedgerActor & { readonly id: string };
export type MoveRefusal = 'notFound' | 'ownScript' | 'illegalMove' | 'translationUnreviewed';

/** The first of a script's versions that a move is about: the newest in a state that allows it. */
const movable = (script: ScriptRecord, to: ScriptStatus): VersionRecord | undefined =>
  script.versions.find((version) => canMove(scriptStates, version.status, to));

const isTranslation = ({ language }: Pick<ScriptRecord, 'language'>): boolean => baseLanguage(language) !== 'zh';

/** Writes, versions and reviews scripts. A version's words never change: a correction is a new version. */
@Injectable()
export class Scripts {
  constructor(
    private readonly database: Database,
    private readonly records: ScriptRepository,
    private readonly shelves: Shelves,
    private readonly wordings: Wordings,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly ledger: Ledger,
  ) {}

  find(id: string): Promise<ScriptRecord | null> {
    return this.records.find(id);
  }

  /** A new script with its first version, a draft. */
  async create(input: ScriptInput, by: Writer): Promise<Result<ScriptRecord, 'invalid'>> {
    const wording: Wording = { ...input, title: input.title ?? null };
    const shelf = await this.shelves.now();
    const mistakes = [
      ...(shelf.tricks.some((trick) => trick.code === input.trick)
        ? []
        : [refused('/trick', 'unknown_trick', `${input.trick} is not in the library`)]),
      ...audienceMistakes(input.audience ?? null, shelf.groups),
      ...this.mistakesOf(wording),
    ];
    if (mistakes.length > 0) return err('invalid', mistakes);
    return this.database.transaction(async () => {
      const id = this.chance.id(this.clock);
      const variant = await this.records.nextVariant(input);
      const row = {
        ...input,
        id,
        variant,
        audience: input.audience ?? null,
        origin: 'own',
        createdBy: by.id,
        createdAt: this.clock.now(),
      };
      await this.records.insertScript(row);
      await this.insertVersion(id, { version: 1, wording, by });
      await this.ledger.write({
        action: 'script.create',
        subject: `script/${id}`,
        by,
        detail: { trick: input.trick, channel: input.channel, digest: scriptDigest(wording.title, wording.body) },
      });
      return ok((await this.records.find(id))!);
    });
  }

  /** The next version of a script, a draft, while the approved one stays on the shelf. */
  async addVersion(id: string, input: VersionInput, by: Writer): Promise<Result<ScriptRecord, 'notFound' | 'invalid'>> {
    return this.database.transaction(async () => {
      const script = await this.records.locked(id);
      if (!script) return err('notFound');
      const latest = script.versions[0]!;
      const wording: Wording = {
        ...script,
        title: input.title === undefined ? latest.title : input.title,
        body: input.body,
      };
      const mistakes = this.mistakesOf(wording);
      if (mistakes.length > 0) return err('invalid', mistakes);
      const version = latest.version + 1;
      await this.insertVersion(id, { version, wording, by });
      await this.ledger.write({
        action: 'script.version',
        subject: `script/${id}`,
        by,
        detail: { version, before: latest.digest, after: scriptDigest(wording.title, wording.body) },
      });
      return ok((await this.records.find(id))!);
    });
  }

  submit(id: string, by: Writer): Promise<Result<ScriptRecord, MoveRefusal>> {
    return this.move(id, 'inReview', { by, action: 'script.submit' });
  }

  /** Puts a version on the shelf, in the place of the one before; not by who wrote it. */
  approve(id: string, by: Writer, remark?: string): Promise<Result<ScriptRecord, MoveRefusal>> {
    return this.move(id, 'approved', { by, action: 'script.approve', remark });
  }

  /** Somebody who reads the language has compared the newest version that awaits approval with the Chinese; not its author. */
  async reviewTranslation(id: string, by: Writer): Promise<Result<ScriptRecord, MoveRefusal>> {
    return this.database.transaction(async () => {
      const script = await this.records.locked(id);
      if (!script) return err('notFound');
      const version = script.versions.find(({ status }) => status === 'draft' || status === 'inReview');
      if (!version || !isTranslation(script)) return err('illegalMove');
      if (version.createdBy === by.id) return err('ownScript');
      await this.records.noteTranslationReview(version.id, by.name, this.clock.now());
      await this.ledger.write({
        action: 'script.reviewTranslation',
        subject: `script/${id}`,
        by: { id: by.id, name: by.name },
        detail: { version: version.version, language: script.language, digest: version.digest },
      });
      return ok((await this.records.find(id))!);
    });
  }

  /** Back to the author, with the reason. */
  return(id: string, by: Writer, remark?: string): Promise<Result<ScriptRecord, MoveRefusal>> {
    return this.move(id, 'draft', { by, action: 'script.return', remark });
  }

  /** Off the shelf; deliveries that used it keep it. */
  retire(id: string, by: Writer, remark?: string): Promise<Result<ScriptRecord, MoveRefusal>> {
    return this.move(id, 'retired', { by, action: 'script.retire', remark });
  }

  private move(
    id: string,
    to: ScriptStatus,
    about: { by: Writer; action: string; remark?: string },
  ): Promise<Result<ScriptRecord, MoveRefusal>> {
    return this.database.transaction(async () => {
      const script = await this.records.locked(id);
      if (!script) return err('notFound');
      const version = movable(script, to);
      if (!version) return err('illegalMove');
      if (to === 'approved' && version.createdBy === about.by.id) return err('ownScript');
      if (to === 'approved' && isTranslation(script) && version.translationReviewedAt === null)
        return err('translationUnreviewed');
      const before = to === 'approved' ? script.versions.find((other) => other.status === 'approved') : undefined;
      if (before) await this.records.moveVersion(before.id, 'retired', { now: this.clock.now() });
      await this.records.moveVersion(version.id, to, { now: this.clock.now(), by: about.by.id, remark: about.remark });
      await this.ledger.write({
        action: about.action,
        subject: `script/${id}`,
        by: about.by,
        detail: {
          version: version.version,
          digest: version.digest,
          ...(about.remark ? { remark: about.remark } : {}),
          ...(before ? { replaces: before.version } : {}),
        },
      });
      return ok((await this.records.find(id))!);
    });
  }

  private async insertVersion(
    scriptId: string,
    { version, wording, by }: { version: number; wording: Wording; by: Writer },
  ): Promise<void> {
    const { title, body } = wording;
    const variables = new Set([title ?? '', body].flatMap((text) => compileTemplate(text).variables));
    await this.records.insertVersion({
      scriptId,
      version,
      status: scriptStates.initial,
      title,
      body,
      variables: [...variables],
      digest: scriptDigest(title, body),
      createdBy: by.id,
      createdAt: this.clock.now(),
    });
  }

  private mistakesOf(wording: Wording): InputMistake[] {
    return this.wordings
      .findings(wording)
      .filter((finding) => finding.severity === 'error')
      .map((finding: PlacedFinding) => refused(finding.path, finding.code, sentence(finding)));
  }
}

const refused = (path: string, code: string, message: string): InputMistake => ({ path, code, message });

const sentence = (finding: Finding): string =>
  `${finding.message.en} (at ${finding.where})${finding.instead === null ? '' : `; instead: ${finding.instead}`}`;

function audienceMistakes(
  audience: string | null,
  groups: ReadonlyMap<string, { readonly sensitive: boolean }>,
): InputMistake[] {
  if (audience === null) return [];
  const group = groups.get(audience);
  if (!group) return [refused('/audience', 'unknown_audience', `${audience} is no group`)];
  return group.sensitive
    ? [refused('/audience', 'sensitive_audience', 'a wording for a sensitive group alone would tell who is in it')]
    : [];
}
