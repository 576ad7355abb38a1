import { Injectable } from '@nestjs/common';
import { Config } from '../platform/index.js';
import { mistake, type Finding } from './finding.js';
import { lintBody, lintTitle, type Frame, type Wording } from './lint.js';
import { composeSms, smsParts } from './sms.js';
import { compileTemplate, MissingVariable, templateMistakes } from './template.js';
import { officeVariables, TEMPLATE_VARIABLES } from './variables.js';

/** As long as the signatures that carriers register for a county's police; stands in until a gateway names its own. */
const USUAL_SIGNATURE = '【示例公安】';
const USUAL_NAME = '王女士';

export interface PlacedFinding extends Finding {
  readonly path: '/title' | '/body';
}

export interface Checked {
  readonly findings: readonly PlacedFinding[];
  readonly variables: readonly string[];
  readonly rendered: string | null;
  readonly renderedTitle: string | null;
  /** The whole SMS as it arrives: signature, text and opt-out suffix; null on other channels. */
  readonly asSent: string | null;
  /** Null on other channels than SMS. */
  readonly smsParts: number | null;
  /** With signature and opt-out suffix where it is an SMS. */
  readonly characters: number | null;
  readonly encoding: 'ucs2' | 'ascii' | null;
}

/** What can be said of a wording before anybody is sent it, under this office's settings. */
@Injectable()
export class Wordings {
  private readonly frame: Frame;

  constructor(config: Config) {
    const { optOutSuffix, optOutSuffixWhen, allowedLinks, allowedNumbers } = config.settings.library;
    const signatures = config.settings.gateways.flatMap((gateway) => gateway.signature ?? []);
    this.frame = {
      // The longest signature and the suffix are always counted, so that a text fits on every gateway.
      signature: signatures.sort((a, b) => b.length - a.length)[0] ?? USUAL_SIGNATURE,
      suffix: optOutSuffixWhen === 'never' ? '' : optOutSuffix,
      office: officeVariables(config),
      allowed: { links: allowedLinks, numbers: allowedNumbers },
      sample: { name: USUAL_NAME, township: config.settings.townships[0]?.name ?? '' },
    };
  }

  findings(wording: Wording): PlacedFinding[] {
    return [
      ...lintTitle(wording, this.frame).map((finding): PlacedFinding => ({ ...finding, path: '/title' })),
      ...lintBody(wording, this.frame).map((finding): PlacedFinding => ({ ...finding, path: '/body' })),
    ];
  }

  /** Findings, and the text as it would arrive. Where `sample` is given, it alone stands for the person: what it lacks is missing. */
  check(wording: Wording, sample?: Readonly<Record<string, string>>): Checked {
    const values = sample ? { ...this.frame.office, ...sample } : { ...this.frame.sample, ...this.frame.office };
    const title = wording.title === null ? null : this.rendered(wording.title, values, '/title');
    const body = this.rendered(wording.body, values, '/body');
    const variables = [...new Set([...(title?.variables ?? []), ...body.variables])];
    const findings = [...this.findings(wording), ...(title?.missing ?? []), ...body.missing];
    return {
      findings,
      variables: TEMPLATE_VARIABLES.filter((name) => variables.includes(name)),
      rendered: body.text,
      renderedTitle: title?.text ?? null,
      asSent: wording.channel === 'sms' && body.text !== null ? this.signed(body.text) : null,
      ...this.length(wording, body.text),
    };
  }

  /** Parts and length of a body with its variables at their usual length; null where it cannot be read. */
  length(
    wording: Wording,
    text = this.rendered(wording.body, { ...this.frame.sample, ...this.frame.office }, '/body').text,
  ): Pick<Checked, 'smsParts' | 'characters' | 'encoding'> {
    if (text === null) return { smsParts: null, characters: null, encoding: null };
    if (wording.channel !== 'sms') return { smsParts: null, characters: text.length, encoding: null };
    const { parts, characters, encoding } = smsParts(this.signed(text));
    return { smsParts: parts, characters, encoding };
  }

  /** With the longest signature and the suffix; a text that brings a signature of its own stays as it is. */
  private signed(text: string): string {
    const { signature, suffix } = this.frame;
    return /【/.test(text) ? text : composeSms({ signature, body: text, suffix });
  }

  private rendered(source: string, values: Readonly<Record<string, string>>, path: PlacedFinding['path']) {
    if (templateMistakes(source).length > 0) return { text: null, variables: [], missing: [] };
    const compiled = compileTemplate(source);
    try {
      return { text: compiled.render(values), variables: compiled.variables, missing: [] };
    } catch (error) {
      if (!(error instanceof MissingVariable)) throw error;
      const missing = error.names.map((name): PlacedFinding => ({
        ...mistake('missing_variable', source.search(new RegExp(`\\{\\{\\s*${name}\\s*\\}\\}`)), { name }),
        path,
      }));
      return { text: null, variables: compiled.variables, missing };
    }
  }
}
