import { Injectable } from '@nestjs/common';
import {
  Config,
  CountyTime,
  err,
  ok,
  pointer,
  type InputMistake,
  type Instant,
  type Result,
} from '../../platform/index.js';
import { readTag } from '../people/person-words.js';
import { compile, type Condition, type Reading } from './compile.js';
import type { Rule, Subject } from './rule.js';
import type { RuleContext } from './rule-context.js';
import { readRule } from './rule-reader.js';
import { isSensitive, maskedRule, sensitiveMistakes } from './sensitive.js';
import { withTagCodes } from './tag-codes.js';

/** Whom a rule is compiled over (people), and whether everybody is asked about at once (`all`) or some at a time (`page`). */
interface CompileFor {
  readonly subject?: Subject;
  readonly reading?: Reading;
}

/** What this county's rules mean: its calendar, its townships, its tags. */
@Injectable()
export class RuleBook {
  private readonly aliases: ReadonlyMap<string, string>;

  constructor(
    private readonly config: Config,
    private readonly county: CountyTime,
  ) {
    this.aliases = new Map(Object.entries(config.settings.audience.tagAliases));
  }

  context(at: Instant): RuleContext {
    return {
      at,
      county: this.county,
      townshipCode: (text) => this.config.township(text)?.code ?? text,
      tagCode: (text) => this.tagCode(text),
    };
  }

  /**
   * Reads a rule from outside. Tags are kept by their codes, however they were typed: what a rule asks for is seen by whoever
   * looks at it. Its mistakes include words that no tag can be, and what a sensitive tag may not be combined with.
   */
  read(value: unknown, subject: Subject): Result<Rule, 'badRule'> {
    const { rule: asTyped, mistakes } = readRule(value, subject);
    const { rule, mistakes: unknown } =
      asTyped && subject === 'people' ? withTagCodes(asTyped, this.aliases) : { rule: asTyped, mistakes };
    const all = rule && subject === 'people' && this.isSensitive(rule) ? sensitiveMistakes(rule, this.tags) : unknown;
    return rule && all.length === 0
      ? ok(rule)
      : err(
          'badRule',
          all.map(({ path, code, message }): InputMistake => ({ path: pointer(['rule', ...path]), code, message })),
        );
  }

  /** The rule as one SQL condition at a moment; see `compile`. */
  compile(rule: Rule, at: Instant, { subject = 'people', reading = 'page' }: CompileFor = {}): Condition {
    return compile(rule, { ...this.context(at), reading }, subject);
  }

  isSensitive(rule: Rule): boolean {
    return isSensitive(rule, this.tags);
  }

  /** The rule as somebody without the right to sensitive tags reads it. */
  masked(rule: Rule): Rule {
    return maskedRule(rule, this.tags);
  }

  private tagCode(text: string): string {
    return readTag(text, this.aliases) ?? text;
  }

  private get tags() {
    return { sensitive: this.config.settings.audience.sensitiveTags, codeOf: (text: string) => this.tagCode(text) };
  }
}
