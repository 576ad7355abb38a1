import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { days } from '../../platform/kernel/index.js';
import {
  shelfOf,
  shippedScriptList as scripts,
  shippedSeverity as severity,
  shippedShelf as shelf,
  shippedTricks as tricks,
} from '../../../test/support/shelf.js';
import { shippedTaxonomy } from '../shipped.loader.js';
import type { Script } from '../shelf.js';
import type { ScriptChannel, Trick } from '../taxonomy.js';
import { assigner, type AssignmentOptions, type Recipient } from './assignment.js';
import { assignmentMistakes, assignmentSchema, type Assignment } from './assignment.schemas.js';
import { incidentFactors } from './weights.js';
import { readWhy, whyInWords, writeWhy } from './why.js';

const START = Date.UTC(2026, 0, 5, 1);
const DAY_INDEX = Math.floor(START / days(1));

const person = (about: Partial<Recipient> = {}): Recipient => ({
  key: 'p1',
  populations: [],
  tags: [],
  language: null,
  heard: new Map(),
  ...about,
});

const rule = (assignment: Assignment, about: Partial<AssignmentOptions> & { day?: number; seed?: string } = {}) => {
  const day = about.day ?? 0;
  return assigner({
    assignment,
    run: { seed: about.seed ?? `seed${day}`, occurrence: START + days(day), index: DAY_INDEX + day },
    shelf,
    channel: 'sms',
    month: 1,
    ...about,
  });
};

const given = (assigned: ReturnType<ReturnType<typeof assigner>>) => {
  if ('skip' in assigned) throw new Error('no script');
  return assigned;
};

describe('rotate by person', () => {
  const heardOver = (key: string, months: number, about: Partial<AssignmentOptions> = {}): string[] => {
    const heard = new Map<string, number>();
    return Array.from({ length: months }, (_, month) => {
      const { script } = given(rule({ policy: 'rotate' }, { ...about, day: month * 30 })(person({ key, heard })));
      heard.set(script.trick, START + days(month * 30));
      return script.trick;
    });
  };

  it('lets each person hear all 48 over 60 months as evenly as arithmetic allows', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (n) => {
        const told = heardOver(`p${n}`, 60);
        const times = new Map<string, number>();
        for (const trick of told) times.set(trick, (times.get(trick) ?? 0) + 1);
        expect(new Set(told.slice(0, 48)).size).toBe(48);
        expect([...times.values()].filter((k) => k === 1)).toHaveLength(36);
        expect([...times.values()].filter((k) => k === 2)).toHaveLength(12);
        // The second round goes in the order of the first, so that the gap between two is always a whole round.
        expect(told.slice(48)).toEqual(told.slice(0, 12));
      }),
      { numRuns: 60 },
    );
  });

  it('comes out as even when somebody else counts: 300 people, 60 months, in one long list', () => {
    const list: string[] = [];
    const heard = new Map<string, Map<string, number>>();
    for (let month = 0; month < 60; month += 1) {
      const assign = rule({ policy: 'rotate' }, { day: month * 30 });
      for (let i = 0; i < 300; i += 1) {
        const key = `p${i * 7919}`;
        const its = heard.get(key) ?? new Map<string, number>();
        const { script } = given(assign(person({ key, heard: its })));
        heard.set(key, its.set(script.trick, START + days(month * 30)));
        list.push(`${key} ${script.trick}`);
      }
    }
    const counted = new Map<string, number>();
    for (const line of list.sort()) counted.set(line, (counted.get(line) ?? 0) + 1);
    // 60 = 48 + 12: each of 48 once, and 12 of them twice; over 300 people 14,400 pairs of which 3,600 count double.
    expect(list).toHaveLength(18_000);
    expect(counted.size).toBe(14_400);
    expect([...counted.values()].filter((n) => n === 2)).toHaveLength(3_600);
    expect(Math.max(...counted.values())).toBe(2);
  });

  it('spreads a county over all tricks in every run', () => {
    const times = new Map<string, number>();
    const assign = rule({ policy: 'rotate' });
    for (let i = 0; i < 9600; i += 1) {
      const { script } = given(assign(person({ key: `p${i}` })));
      times.set(script.trick, (times.get(script.trick) ?? 0) + 1);
    }
    expect(times.size).toBe(48);
    // 200 expected a trick; five standard deviations.
    for (const n of times.values()) expect(Math.abs(n - 200)).toBeLessThan(5 * Math.sqrt(200));
  });

  it('draws the variants evenly', () => {
    const assign = rule({ policy: 'rotate' });
    const first = Array.from({ length: 4000 }, (_, i) => given(assign(person({ key: `p${i}` }))).script.variant).filter(
      (v) => v === 1,
    ).length;
    expect(Math.abs(first - 2000)).toBeLessThan(5 * Math.sqrt(1000));
  });

  it('keeps within the tricks that it is told, and passes over those without a script', () => {
    const few = scripts.filter((script) => script.trick !== 'romance_invest');
    const told = new Set(
      Array.from(
        { length: 200 },
        (_, i) =>
          given(rule({ policy: 'rotate', types: ['romance'] }, { shelf: shelfOf(few) })(person({ key: `p${i}` })))
            .script.trick,
      ),
    );
    expect([...told].sort()).toEqual(['romance_emergency_money', 'romance_nude_extortion']);
  });

  it('skips with no_script where nothing is written for the channel', () => {
    expect(
      rule({ policy: 'rotate' }, { shelf: shelfOf(scripts.filter((s) => s.channel !== 'sms')) })(person()),
    ).toEqual({ skip: 'no_script' });
  });

  it('walks a chat through its own order by the day', () => {
    const chat = (day: number) =>
      given(rule({ policy: 'rotate', by: 'person' }, { day, channel: 'chat' })(person({ key: 'g1' }))).script.trick;
    expect(new Set(Array.from({ length: 48 }, (_, day) => chat(day))).size).toBe(48);
  });
});

describe('rotate by occurrence', () => {
  it('gives every chat the same trick on a day, and all 48 in 48 days', () => {
    const days48 = Array.from({ length: 48 }, (_, day) => {
      const assign = rule({ policy: 'rotate' }, { channel: 'chat', day });
      const told = new Set(Array.from({ length: 20 }, (_, i) => given(assign(person({ key: `g${i}` }))).script.trick));
      expect(told.size).toBe(1);
      return [...told][0];
    });
    expect(new Set(days48).size).toBe(48);
  });

  it('lets the next trick have the day of one without a script, and moves no other day', () => {
    const order = tricks.map((trick) => trick.code);
    const without = shelfOf(scripts.filter((script) => script.trick !== order[10]));
    for (let day = 0; day < 48; day += 1) {
      const { script } = given(rule({ policy: 'rotate', by: 'occurrence' }, { shelf: without, day })(person()));
      const today = (DAY_INDEX + day) % 48;
      expect(script.trick).toBe(order[today === 10 ? 11 : today]);
    }
  });
});

describe('fixed', () => {
  it('gives the named tricks in their order', () => {
    const named = ['romance_invest', 'brush_like_task', 'loan_fake_flow'];
    const told = [0, 1, 2, 3].map(
      (ordinal) =>
        given(
          rule(
            { policy: 'fixed', tricks: named },
            { run: { seed: 's', occurrence: START, index: 0, ordinal } },
          )(person()),
        ).script.trick,
    );
    expect(told).toEqual([...named, named[0]]);
  });
});

describe('weighted', () => {
  const shares = (
    assignment: Assignment,
    about: Partial<Recipient>,
    options: Partial<AssignmentOptions> = {},
    n = 40_000,
  ) => {
    const times = new Map<string, number>();
    const assign = rule(assignment, options);
    for (let i = 0; i < n; i += 1) {
      const { script } = given(assign(person({ ...about, key: `p${i}` })));
      times.set(script.trick, (times.get(script.trick) ?? 0) + 1);
    }
    return times;
  };

  it('matches its weights within sampling error', () => {
    const n = 40_000;
    const who = { tags: ['homestay_owner'], populations: ['local'] };
    const times = shares({ policy: 'weighted' }, who, {}, n);
    const weightOf = (trick: Trick): number => {
      const group = trick.vulnerableGroups.includes('homestay_owner')
        ? 4
        : trick.vulnerableGroups.includes('local_resident')
          ? 1.5
          : 1;
      return severity.get(trick.type)! * group * (trick.season?.months.includes(1) ? 1.5 : 1);
    };
    const total = tricks.reduce((sum, trick) => sum + weightOf(trick), 0);
    for (const trick of tricks) {
      const p = weightOf(trick) / total;
      expect(Math.abs((times.get(trick.code) ?? 0) - n * p)).toBeLessThan(5 * Math.sqrt(n * p * (1 - p)));
    }
  });

  it('does not repeat a trick within 28 days while another is left', () => {
    const heard = new Map<string, number>();
    for (let day = 0; day < 120; day += 1) {
      const { script } = given(rule({ policy: 'weighted' }, { day })(person({ heard })));
      const last = heard.get(script.trick);
      if (last !== undefined) expect(START + days(day) - last).toBeGreaterThanOrEqual(days(28));
      heard.set(script.trick, START + days(day));
    }
  });

  it('gives the one heard longest ago where all were heard within the window', () => {
    const heard = new Map([
      ['romance_invest', START - days(2)],
      ['romance_emergency_money', START - days(9)],
      ['romance_nude_extortion', START - days(5)],
    ]);
    expect(given(rule({ policy: 'weighted', types: ['romance'] })(person({ heard }))).script.trick).toBe(
      'romance_emergency_money',
    );
  });

  it('can still give everybody every trick, so that receiving one says nothing', () => {
    expect(shares({ policy: 'weighted' }, { populations: ['arrival'] }).size).toBe(48);
  });
});

describe('riskMatrix', () => {
  const types = shippedTaxonomy.types.map((type) => type.code);
  const cases = (n: number, daysAgo: number) => Array.from({ length: n }, () => START - days(daysAgo));

  it('fades a case to half in 90 days and lets few cases move nothing', () => {
    const factors = incidentFactors(
      new Map([
        ['romance', cases(8, 0)],
        ['fake_loan', cases(8, 90)],
        ['fake_credit', cases(4, 0)],
      ]),
      types,
      START,
    );
    expect(factors.get('romance')!.factor / factors.get('fake_loan')!.factor).toBeCloseTo(2);
    expect(factors.get('fake_credit')).toEqual({ cases: 4, factor: 0 });
    expect(factors.get('game_trade')).toEqual({ cases: 0, factor: 0 });
    expect(incidentFactors(new Map([['romance', cases(9, 366)]]), types, START).get('romance')).toEqual({
      cases: 0,
      factor: 0,
    });
  });

  it('makes the tricks of a type that happens heavier, and says by how much', () => {
    const weights = incidentFactors(new Map([['romance', cases(20, 1)]]), types, START);
    const assign = rule({ policy: 'riskMatrix' }, { weights });
    const romance = Array.from({ length: 2000 }, (_, i) => given(assign(person({ key: `p${i}` })))).filter(
      ({ script }) => script.type === 'romance',
    );
    expect(romance.length).toBeGreaterThan(600);
    expect(JSON.parse(romance[0]!.why)).toMatchObject({ p: 'riskMatrix', f: 12, c: 20 });
  });
});

describe('every policy', () => {
  const policies: Assignment[] = [
    { policy: 'rotate' },
    { policy: 'rotate', by: 'occurrence' },
    { policy: 'weighted' },
    { policy: 'riskMatrix' },
    { policy: 'fixed', tricks: ['romance_invest', 'loan_fake_flow'] },
  ];
  const channel = fc.constantFrom<ScriptChannel>('sms', 'voice', 'chat', 'email', 'visit');

  it('answers the same for the same run, recipient and memory, with a reason that fits and can be read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...policies),
        channel,
        fc.record({
          key: fc.string({ minLength: 1, maxLength: 30 }),
          populations: fc.subarray(['local', 'migrant', 'arrival', 'special']),
          tags: fc.subarray(shippedTaxonomy.groups.map((g) => g.code).concat('focus_romance', 'unknown_tag')),
          language: fc.constantFrom(null, 'zh', 'en'),
          heard: fc
            .array(
              fc.tuple(
                fc.constantFrom(...tricks.map((t) => t.code)),
                fc.integer({ min: START - days(400), max: START }),
              ),
            )
            .map((e) => new Map(e)),
        }),
        (assignment, on, recipient) => {
          const answer = given(rule(assignment, { channel: on })(recipient));
          expect(
            given(rule(assignment, { channel: on })({ ...recipient, heard: new Map([...recipient.heard].reverse()) })),
          ).toEqual(answer);
          expect(answer.why.length).toBeLessThanOrEqual(255);
          expect(readWhy(answer.why)).toMatchObject({ p: assignment.policy });
        },
      ),
    );
  });

  it('prefers a wording for the group, then the general one; the own language, then Chinese', () => {
    const base = scripts.find((s) => s.trick === 'romance_invest' && s.channel === 'sms')!;
    const own = shelfOf([
      base,
      { ...base, versionId: 901, audience: 'homestay_owner' },
      { ...base, versionId: 902, language: 'en' },
      { ...base, versionId: 903, audience: 'dating_app_user' },
    ]);
    const pick = (about: Partial<Recipient>) =>
      given(rule({ policy: 'fixed', tricks: ['romance_invest'] }, { shelf: own })(person(about))).script.versionId;
    expect(pick({})).toBe(base.versionId);
    expect(pick({ tags: ['homestay_owner'] })).toBe(901);
    expect(pick({ tags: ['homestay_owner'], language: 'en' })).toBe(902);
    expect(pick({ language: 'fr' })).toBe(base.versionId);
    // Nothing is ever written for a sensitive group; were it, nobody would get it for belonging to one.
    expect(pick({ tags: ['focus_romance'] })).toBe(base.versionId);
  });
});

describe('what is said on a visit', () => {
  const base = scripts.find((s) => s.trick === 'romance_invest' && s.channel === 'sms')!;
  const post = { ...base, versionId: 910, channel: 'chat' as const };
  const visit = { ...base, channel: 'visit' as const };
  const saidTo = (shelf: readonly Script[]) => (about: Partial<Recipient>) => {
    const assign = rule({ policy: 'fixed', tricks: ['romance_invest'] }, { shelf: shelfOf(shelf), channel: 'visit' });
    return given(assign(person(about))).script.versionId;
  };

  it('is the group post for everybody for whom no visit wording is written, of whatever group and language', () => {
    const said = saidTo([
      post,
      { ...post, versionId: 911, language: 'en' },
      { ...visit, versionId: 920, audience: 'homestay_owner' },
    ]);
    expect(said({ tags: ['homestay_owner'] })).toBe(920);
    expect(said({})).toBe(910);
    expect(said({ language: 'en' })).toBe(911);
    expect(said({ tags: ['homestay_owner'], language: 'fr' })).toBe(920);
  });

  it('is the visit wording before the post, in each language', () => {
    const said = saidTo([post, { ...visit, versionId: 920 }, { ...visit, versionId: 921, language: 'en' }]);
    expect(said({})).toBe(920);
    expect(said({ language: 'en' })).toBe(921);
  });
});

describe('why, in words', () => {
  const groups = new Map(shippedTaxonomy.groups.map((group) => [group.code, group]));
  const words = (why: string, mayReadSensitive = false, language = 'zh') =>
    whyInWords(why, { language, mayReadSensitive, groups });

  it('tells each policy', () => {
    expect(words('{"p":"rotate","by":"person","n":48,"heard":null}')).toBe('48 种轮换；还没听过这一种');
    expect(words('{"p":"rotate","by":"occurrence","n":48,"i":11}')).toBe('今日一骗：48 种轮换，轮到第 12 种');
    expect(words('{"p":"fixed","n":3,"i":0}')).toBe('指定骗术，第 1 种，共 3 种');
    expect(words('{"p":"weighted","n":48,"w":7.5,"t":100,"g":["homestay_owner"],"m":7,"heard":40}')).toBe(
      '民宿业主；权重 7.5（7.5 %）；40 天没听过；当季：7 月',
    );
    expect(words('{"p":"riskMatrix","n":48,"w":3,"t":100,"heard":null,"f":1.5,"c":20}', false, 'en')).toBe(
      'general; weight 3 (3.0 %); not heard yet; 20 cases in a year: ×2.50',
    );
  });

  it('hides a sensitive group from those without the right', () => {
    const why = writeWhy({ p: 'weighted', n: 48, w: 5, t: 100, g: ['divorced_woman'], heard: null });
    expect(words(why)).toBe('重点提醒');
    expect(words(why, true)).toContain('离异女性');
  });
});

describe('assignmentSchema', () => {
  const problems = (value: unknown) =>
    (assignmentSchema.safeParse(value).error?.issues ?? []).map(
      (i) => (i as { params?: { code?: string } }).params?.code ?? i.code,
    );

  it('takes the policies of the contract and refuses what means nothing', () => {
    expect(problems({ policy: 'rotate', by: 'occurrence' })).toEqual([]);
    expect(problems({ policy: 'fixed' })).toEqual(['tricks_required']);
    expect(problems({ policy: 'weighted', by: 'person' })).toEqual(['by_needs_rotate']);
    expect(problems({ policy: 'random' })).toEqual(['invalid_value']);
    expect(problems({ policy: 'rotate', tricks: [] })).toEqual(['too_small']);
    expect(problems({ policy: 'rotate', tricks: ['a', 'a'] })).toEqual(['repeated']);
  });

  it('names codes that the library does not know', () => {
    expect(assignmentMistakes({ policy: 'fixed', tricks: ['romance_invest', 'nope'] }, tricks)).toEqual([
      { path: ['tricks', 1], code: 'unknown_trick', message: expect.any(String) },
    ]);
    expect(assignmentMistakes({ policy: 'rotate', types: ['nope'] }, tricks)).toMatchObject([{ code: 'unknown_type' }]);
    expect(
      assignmentMistakes({ policy: 'rotate', types: ['romance'], tricks: ['loan_fake_flow'] }, tricks),
    ).toMatchObject([{ code: 'no_trick_left' }]);
  });
});
