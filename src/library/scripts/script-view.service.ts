import { Injectable } from '@nestjs/common';
import { CountyTime } from '../../platform/index.js';
import { Wordings, type Checked, type PlacedFinding } from '../wordings.service.js';
import { differences } from './diff.js';
import type { ScriptRecord, VersionRecord } from './script.repository.js';

const shown = ({ path, code, message, where, instead }: PlacedFinding) => ({
  path,
  code,
  message: message.en,
  messageZh: message.zh,
  where,
  instead,
});

/** How scripts and checks read at the API: the newest version's words, and whether an approved one is on the shelf. */
@Injectable()
export class ScriptView {
  constructor(
    private readonly wordings: Wordings,
    private readonly county: CountyTime,
  ) {}

  of(script: ScriptRecord) {
    const [latest] = script.versions;
    const { versions, createdAt: _, createdBy: __, ...head } = script;
    return {
      ...head,
      ...this.version(script, latest!),
      approvedVersion: versions.find((version) => version.status === 'approved')?.version ?? null,
    };
  }

  whole(script: ScriptRecord) {
    return { ...this.of(script), versions: script.versions.map((version) => this.version(script, version)) };
  }

  /** Two versions side by side, and what became of title and body; null where the script has no such version. */
  compared(script: ScriptRecord, from: number, to: number) {
    const [before, after] = [from, to].map((n) => script.versions.find((version) => version.version === n));
    if (!before || !after) return null;
    return {
      id: script.id,
      from: this.version(script, before),
      to: this.version(script, after),
      title: differences(before.title ?? '', after.title ?? ''),
      body: differences(before.body, after.body),
    };
  }

  checked({ findings, renderedTitle, ...rest }: Checked) {
    const errors = findings.filter((finding) => finding.severity === 'error');
    const advice = findings.filter((finding) => finding.severity === 'advice');
    return {
      valid: errors.length === 0,
      errors: errors.map(shown),
      advice: advice.map(shown),
      ...rest,
      ...(renderedTitle === null ? {} : { renderedTitle }),
    };
  }

  private version(script: ScriptRecord, version: VersionRecord) {
    const { title, body, variables, status, remark, createdBy, reviewedBy } = version;
    return {
      version: version.version,
      versionId: String(version.id),
      status,
      title,
      body,
      variables,
      ...this.wordings.length({ ...script, title, body }),
      digest: version.digest,
      remark,
      createdBy,
      createdAt: this.county.iso(version.createdAt),
      reviewedBy,
      reviewedAt: this.county.isoOrNull(version.reviewedAt),
      retiredAt: this.county.isoOrNull(version.retiredAt),
      translationReviewedBy: version.translationReviewedBy,
      translationReviewedAt: this.county.isoOrNull(version.translationReviewedAt),
    };
  }
}

export type ScriptAnswer = ReturnType<ScriptView['of']>;
