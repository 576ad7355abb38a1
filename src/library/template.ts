import Handlebars from 'handlebars';
import { TEMPLATE_VARIABLES, type TemplateVariable } from './variables.js';
import { mistake, type Finding } from './finding.js';

/** Ten thousand bytes hold any warning; more is a mistake or an attack. */
export const TEMPLATE_MAX_BYTES = 10_240;

const handlebars = Handlebars.create();
for (const helper of Object.keys(handlebars.helpers)) handlebars.unregisterHelper(helper);

export interface CompiledTemplate {
  readonly source: string;
  /** The variables that the text uses, each once, in the order of their first use. */
  readonly variables: readonly TemplateVariable[];
  render(values: Readonly<Record<string, string | null | undefined>>): string;
}

/** A person or an office lacks what the text needs: a counted skip at plan time, never an empty gap in a police message. */
export class MissingVariable extends Error {
  constructor(readonly names: readonly string[]) {
    super(`no value for ${names.join(', ')}`);
    this.name = 'MissingVariable';
  }
}

/** A text that is no template of ours; `mistakes` say where and why. */
export class TemplateError extends Error {
  constructor(readonly mistakes: readonly Finding[]) {
    super(mistakes.map((m) => m.message.en).join('; '));
    this.name = 'TemplateError';
  }
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Every brace must belong to a `{{…}}`: one that does not would reach the person as it stands. */
function unbalanced(source: string): Finding[] {
  for (let at = 0; at < source.length;) {
    if (source.startsWith('{{', at)) {
      if (source[at - 1] === '\\') return [mistake('not_allowed', at - 1, { name: '\\' })];
      if (source[at + 2] === '{') return [mistake('unbalanced_braces', at)];
      const close = source.indexOf('}}', at + 2);
      const next = source.indexOf('{{', at + 2);
      if (close < 0 || (next >= 0 && next < close)) return [mistake('unbalanced_braces', at)];
      at = close + 2;
    } else if (source[at] === '{' || source[at] === '}') {
      return [mistake('unbalanced_braces', at)];
    } else at += 1;
  }
  return [];
}

const PROTOTYPE = new Set<string>([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);
const isDeclared = (name: string): name is TemplateVariable => (TEMPLATE_VARIABLES as readonly string[]).includes(name);
const MUSTACHE = /\{\{([^]*?)\}\}/g;

/** Why the inside of one `{{…}}` is not allowed; null for the name of a declared variable. */
function refusal(inside: string, where: number): Finding | null {
  const name = inside.trim();
  if (isDeclared(name)) return null;
  if (name === '') return mistake('empty_braces', where);
  if (name.split(/[^\w$]+/).some((part) => PROTOTYPE.has(part))) return mistake('prototype_path', where, { name });
  if (/^[#/^>!&~@*]|^else\b/.test(name)) return mistake('not_allowed', where, { name });
  if (/\s/.test(name)) return mistake('unknown_helper', where, { name: name.split(/\s/)[0]! });
  return mistake(/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) ? 'unknown_variable' : 'not_allowed', where, { name });
}

/** The mistakes of a template, each with its offset in UTF-16 units; none means that `compileTemplate` takes it. */
export function templateMistakes(source: string): Finding[] {
  if (bytes(source) > TEMPLATE_MAX_BYTES) return [mistake('template_too_long', TEMPLATE_MAX_BYTES)];
  const braces = unbalanced(source);
  if (braces.length > 0) return braces;
  const refused: Finding[] = [];
  for (const match of source.matchAll(MUSTACHE)) {
    const found = refusal(match[1]!, match.index);
    if (found) refused.push(found);
  }
  return refused;
}

/** The names that the syntax tree holds; null where it holds anything but content and plain declared variables. */
function namesIn(source: string): TemplateVariable[] | null {
  const names: TemplateVariable[] = [];
  for (const node of handlebars.parse(source).body) {
    if (node.type === 'ContentStatement') continue;
    const { path, params, hash } = node as hbs.AST.MustacheStatement;
    const { original, parts, data, depth } = path as hbs.AST.PathExpression;
    const plain = node.type === 'MustacheStatement' && path.type === 'PathExpression' && params.length === 0 && !hash;
    if (!plain || data || depth > 0 || parts.length !== 1 || parts[0] !== original || !isDeclared(original))
      return null;
    if (!names.includes(original)) names.push(original);
  }
  return names;
}

/**
 * Compiles a text with `{{variable}}` in it; nothing else of Handlebars is allowed (no helper, block, partial, path).
 * Throws TemplateError. Two walls stand before the compiler: our scan, which says what is wrong in a person's words, and an
 * allow-list over Handlebars' own syntax tree, which holds even where the two read a text differently.
 */
export function compileTemplate(source: string): CompiledTemplate {
  const mistakes = templateMistakes(source);
  if (mistakes.length > 0) throw new TemplateError(mistakes);
  const variables = namesIn(source);
  if (!variables) throw new TemplateError([mistake('not_allowed', 0, { name: source.slice(0, 40) })]);
  const filled = handlebars.compile(source, { strict: true, noEscape: true, knownHelpersOnly: true });
  return {
    source,
    variables,
    render(values) {
      for (const name of variables) {
        if (Object.hasOwn(values, name) && !isEmpty(values[name])) continue;
        throw new MissingVariable(variables.filter((one) => !Object.hasOwn(values, one) || isEmpty(values[one])));
      }
      return filled(values);
    },
  };
}

const isEmpty = (value: string | null | undefined): boolean =>
  value === undefined || value === null || value.trim() === '';

/** Compiled templates by the digest of their script version, the least recently used leaving first. */
export class TemplateCache {
  private readonly held = new Map<string, CompiledTemplate>();

  constructor(private readonly limit = 4096) {}

  get(digest: string, source: string): CompiledTemplate {
    const found = this.held.get(digest);
    // While there is plenty of room nobody has to leave, and the order does not matter.
    if (found?.source === source && this.held.size * 2 <= this.limit) return found;
    const compiled = found?.source === source ? found : compileTemplate(source);
    this.held.delete(digest);
    this.held.set(digest, compiled);
    if (this.held.size > this.limit) this.held.delete(this.held.keys().next().value!);
    return compiled;
  }

  get size(): number {
    return this.held.size;
  }
}
