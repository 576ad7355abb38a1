import { readTag } from '../people/person-words.js';
import { isGroup, type Rule, type RuleCondition } from './rule.js';
import type { RuleMistake } from './rule-reader.js';

type Path = readonly (string | number)[];

/**
 * The rule with every tag by its code: an alias (离异女性) by the need that it stands for, and whatever a keyboard makes of a
 * code (capitals, full-width letters, blanks) by the code. A word that no tag can be is a mistake, in its place.
 */
export function withTagCodes(
  rule: Rule,
  aliases: ReadonlyMap<string, string>,
): { readonly rule: Rule | null; readonly mistakes: readonly RuleMistake[] } {
  const mistakes: RuleMistake[] = [];
  const code = (value: string | number, path: Path): string => {
    const tag = readTag(String(value), aliases);
    if (tag === null)
      mistakes.push({ path, code: 'wrong_value', message: 'expected a tag code or one of the known words' });
    return tag ?? '';
  };
  const condition = (part: RuleCondition, path: Path): RuleCondition => {
    const { field, value } = part;
    if (field !== 'tag' || value === undefined || typeof value === 'boolean') return part;
    return typeof value === 'object'
      ? { ...part, value: value.map((one, i) => code(one, [...path, 'value', i])) }
      : { ...part, value: code(value, [...path, 'value']) };
  };
  const group = (part: Rule, path: Path): Rule => ({
    ...part,
    rules: part.rules.map((inner, i) => {
      const at = [...path, 'rules', i];
      return isGroup(inner) ? group(inner, at) : condition(inner, at);
    }),
  });
  const read = group(rule, []);
  return { rule: mistakes.length === 0 ? read : null, mistakes };
}
