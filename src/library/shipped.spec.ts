import { describe, expect, it } from '@jest/globals';
import { shippedScriptList, shippedTricks } from '../../test/support/shelf.js';
import { lintBody, type Frame } from './lint.js';
import { shippedSentences, shippedTaxonomy } from './shipped.loader.js';
import { smsParts } from './sms.js';
import { compileTemplate } from './template.js';
import { officeVariables } from './variables.js';

const general = shippedScriptList.filter((script) => script.language === 'zh' && script.audience === null);
const office = officeVariables({ office: { name: '示例县公安局', callerName: '示例县反诈中心', hotline: '96110' } });
const frame: Frame = {
  signature: '【示例公安】',
  suffix: '拒收回T',
  office,
  allowed: { links: [], numbers: ['110'] },
  sample: {},
};

const pairs = (text: string): Set<string> => {
  const plain = text.replaceAll(/\{\{\w+\}\}|[^\p{Script=Han}]/gu, '');
  return new Set(Array.from({ length: Math.max(0, plain.length - 1) }, (_, i) => plain.slice(i, i + 2)));
};

/** How much of the shorter text stands in the other, 0 to 1. */
function likeness(one: Set<string>, other: Set<string>): number {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  return small.size === 0 ? 0 : [...small].filter((pair) => large.has(pair)).length / small.size;
}

describe('the shipped library', () => {
  it.each(shippedTricks.map((trick) => trick.code))('has every channel for %s', (code) => {
    const its = general.filter((script) => script.trick === code).map((s) => `${s.channel}${s.variant}`);
    expect(its.sort()).toEqual(['chat1', 'email1', 'sms1', 'sms2', 'voice1']);
  });

  it('leaves a call room for the reviewed sentence of another language', () => {
    const sentences = Object.values(shippedSentences()).filter((sentence) => sentence.reviewed);
    const longest = Math.max(...sentences.map(({ text }) => compileTemplate(text).render(office).length));
    const calls = general.filter((script) => script.channel === 'voice');
    for (const { trick, body } of calls) {
      const spoken = compileTemplate(body).render(office).length;
      expect([trick, spoken + 1 + longest < 250]).toEqual([trick, true]);
    }
  });

  it('says nothing twice', () => {
    const texts = shippedScriptList.map((script) => `${script.title ?? ''}${script.body}`);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('has no two SMS that sound alike', () => {
    const sms = shippedScriptList
      .filter((script) => script.channel === 'sms' && script.language === 'zh')
      .map((script) => ({
        name: `${script.trick} ${script.audience ?? ''} ${script.variant}`,
        pairs: pairs(script.body),
      }));
    const alike = sms.flatMap((a, i) =>
      sms.slice(i + 1).flatMap((b) => (likeness(a.pairs, b.pairs) > 0.6 ? [`${a.name} ~ ${b.name}`] : [])),
    );
    expect(alike).toEqual([]);
  });

  it('fits one part with signature and suffix in Chinese, two in other languages', () => {
    for (const { channel, language, body } of shippedScriptList) {
      if (channel !== 'sms') continue;
      const { parts } = smsParts(frame.signature + compileTemplate(body).render(office) + frame.suffix);
      expect([body, parts <= (language === 'zh' ? 1 : 2)]).toEqual([body, true]);
    }
  });

  it('names no county, and is written for no sensitive group', () => {
    const groups = new Map(shippedTaxonomy.groups.map((group) => [group.code, group]));
    for (const { audience, body, title } of shippedScriptList) {
      expect(`${title ?? ''}${body}`).not.toMatch(/嵊泗|舟山|浙江/);
      if (audience !== null) expect([audience, groups.get(audience)?.sensitive]).toEqual([audience, false]);
    }
  });

  it.each(Object.entries(shippedSentences()))(
    'has a sentence in %s that the linter has nothing against',
    (language, { text }) => {
      const found = lintBody({ channel: 'sms', title: null, body: text, language }, frame);
      expect(found.filter((one) => one.severity === 'error')).toEqual([]);
      expect(compileTemplate(text).variables).toEqual(['hotline']);
    },
  );
});
