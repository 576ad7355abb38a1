import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileTemplate, MissingVariable, TemplateCache, TemplateError, templateMistakes } from './template.js';
import { officeVariables, spokenDigits } from './variables.js';

const codes = (source: string): [string, number][] => templateMistakes(source).map((m) => [m.code, m.where]);

describe('compileTemplate', () => {
  it('fills in declared variables and names them once, in order', () => {
    const compiled = compileTemplate('{{name}}，打{{ hotline }}，{{hotline}}。');
    expect(compiled.variables).toEqual(['name', 'hotline']);
    expect(compiled.render({ name: '王<女>士', hotline: '96110' })).toBe('王<女>士，打96110，96110。');
  });

  it('does not read a value as a template', () => {
    expect(compileTemplate('{{name}}').render({ name: '{{hotline}}', hotline: '96110' })).toBe('{{hotline}}');
  });

  it.each([[{}], [{ hotline: '' }], [{ hotline: ' ' }], [{ hotline: null }]])(
    'throws rather than leave a gap: %j',
    (values) => {
      const compiled = compileTemplate('{{name}}打{{hotline}}');
      expect(() => compiled.render(values)).toThrow(MissingVariable);
      expect(() => compiled.render(values)).toThrow(expect.objectContaining({ names: ['name', 'hotline'] }));
    },
  );

  it('takes no value from the prototype of the values', () => {
    const values = Object.create({ name: 'inherited' }) as Record<string, string>;
    expect(() => compileTemplate('{{name}}').render(values)).toThrow();
  });

  it.each<[string, [string, number][]]>([
    ['打{{hotline', [['unbalanced_braces', 1]]],
    ['打hotline}}', [['unbalanced_braces', 8]]],
    ['打{hotline}', [['unbalanced_braces', 1]]],
    ['{{{name}}}', [['unbalanced_braces', 0]]],
    ['{{{{raw}}}}x{{{{/raw}}}}', [['unbalanced_braces', 0]]],
    ['a{{}}', [['empty_braces', 1]]],
    ['a{{phone}}', [['unknown_variable', 1]]],
    ['{{姓名}}', [['unknown_variable', 0]]],
    ['{{upper name}}', [['unknown_helper', 0]]],
    ['{{lookup name "x"}}', [['unknown_helper', 0]]],
    ['{{log}}', [['unknown_variable', 0]]],
    ['{{constructor}}', [['prototype_path', 0]]],
    ['{{name.constructor.constructor}}', [['prototype_path', 0]]],
    ['{{__proto__.x}}', [['prototype_path', 0]]],
    ['{{name.[constructor]}}', [['prototype_path', 0]]],
    [
      '{{#each name}}x{{/each}}',
      [
        ['not_allowed', 0],
        ['not_allowed', 15],
      ],
    ],
    [
      '{{#if name}}x{{else}}y{{/if}}',
      [
        ['not_allowed', 0],
        ['not_allowed', 13],
        ['not_allowed', 22],
      ],
    ],
    ['{{> part}}', [['not_allowed', 0]]],
    ['{{&name}}', [['not_allowed', 0]]],
    ['{{~name~}}', [['not_allowed', 0]]],
    ['{{!-- note --}}', [['not_allowed', 0]]],
    ['{{@root}}', [['not_allowed', 0]]],
    ['{{../name}}', [['not_allowed', 0]]],
    ['{{this.name}}', [['not_allowed', 0]]],
    ['{{[name]}}', [['not_allowed', 0]]],
    ['{{"name"}}', [['not_allowed', 0]]],
    ['a\\{{name}}', [['not_allowed', 1]]],
    ['字'.repeat(3414), [['template_too_long', 10240]]],
  ])('refuses %j and says where', (source, expected) => {
    expect(codes(source)).toEqual(expected);
    expect(() => compileTemplate(source)).toThrow(TemplateError);
  });

  it('either compiles to plain content and variables or says why not, whatever is typed', () => {
    const whole = fc.constantFrom('{{name}}', '{{ hotline }}', '\\', '\n', '字', '{{', '}}', '{', '}');
    const piece = fc.constantFrom(
      '{',
      '}',
      '{{',
      '}}',
      'name',
      'hotline',
      '#each ',
      '/each',
      '.',
      '../',
      'constructor',
      ' ',
      '\\',
      '\n',
      '字',
      '!',
      '~',
      '"',
      '(',
      ')',
      '@',
      '&',
      '^',
      'else',
    );
    fc.assert(
      fc.property(fc.oneof(fc.array(piece, { maxLength: 12 }), fc.array(whole, { maxLength: 8 })), (pieces) => {
        const source = pieces.join('');
        let text: string;
        try {
          text = compileTemplate(source).render({ name: 'N', hotline: 'H' });
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
          expect((error as TemplateError).mistakes.length).toBeGreaterThan(0);
          return;
        }
        expect(text).toBe(source.replaceAll(/\{\{\s*name\s*\}\}/g, 'N').replaceAll(/\{\{\s*hotline\s*\}\}/g, 'H'));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('TemplateCache', () => {
  it('keeps the most recently used', () => {
    const cache = new TemplateCache(2);
    const first = cache.get('a', 'A');
    cache.get('b', 'B');
    expect(cache.get('a', 'A')).toBe(first);
    cache.get('c', 'C');
    expect(cache.size).toBe(2);
    expect(cache.get('a', 'A')).toBe(first);
  });
});

describe('officeVariables', () => {
  it('speaks the hotline digit by digit', () => {
    expect(spokenDigits('96110')).toBe('九六幺幺零');
    expect(
      officeVariables({ office: { name: '示例县公安局', callerName: '示例县反诈中心', hotline: '96110' } }),
    ).toEqual({
      callerName: '示例县反诈中心',
      hotline: '96110',
      hotlineSpoken: '九六幺幺零',
      officeName: '示例县公安局',
    });
  });
});
