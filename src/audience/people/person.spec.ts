import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SMS_CAPABLE } from '../../platform/kernel/index.js';
import { readDate, readWritten } from './person-dates.js';
import { listChanges } from './person-merge.js';
import { isIdentityNumber, readGender, readLanguage, readPopulation, readTag, splitWords } from './person-words.js';
import { canonical, readPerson, type PersonRules, type RawPerson } from './person.js';
import { shownFileName } from './person-view.js';

const DAY = 86_400_000;
const rules: PersonRules = {
  smsCapable: SMS_CAPABLE,
  tagAliases: new Map([
    ['离异女性', 'focus_romance'],
    ['学生', 'student'],
  ]),
  township: (word) => (['菜园镇', '330922100'].includes(word) ? '330922100' : null),
  instant: (text) => {
    const w = readWritten(text);
    return w && Date.UTC(w.year, w.month - 1, w.day) + (w.timeMs ?? 0);
  },
  today: () => '2026-11-24',
  startOfDay: (at) => Math.floor(at / DAY) * DAY,
};

const read = (raw: Partial<RawPerson>) => readPerson({ externalId: 'A1', ...raw }, rules);
const codes = (raw: Partial<RawPerson>): string[] => {
  const reading = read(raw);
  return reading.ok ? [] : reading.problems.map((p) => `${p.path} ${p.code}`);
};

describe('dates as officers write them', () => {
  it.each([
    ['2026-11-23', '2026-11-23'],
    ['2026/11/3', '2026-11-03'],
    ['2026.11.23', '2026-11-23'],
    ['2026年11月23日', '2026-11-23'],
    ['２０２６年１１月２３日', '2026-11-23'],
    ['20261123', '2026-11-23'],
    ['46349', '2026-11-23'],
    [' 2026-11-23 08:30 ', '2026-11-23'],
  ])('%s is %s', (text, date) => expect(readDate(text)).toBe(date));

  it.each([
    ['2026-11-23 08:30', 8.5],
    ['2026-11-23T08:30:00', 8.5],
    ['2026年11月23日 8时30分', 8.5],
    ['2026年11月23日8时', 8],
    ['2026/11/23 20:00:00', 20],
    ['20261123083000', 8.5],
    ['46349.5', 12],
    ['46349.354166666664', 8.5],
  ])('%s is at %s hours', (text, hours) => expect(readWritten(text)?.timeMs).toBe(hours * 3_600_000));

  it.each([
    '',
    '2026-13-01',
    '2026-02-30',
    '2026',
    '11/23/2026',
    '昨天',
    '2026-11',
    '999',
    '99999',
    '2026-11-23 25:00',
    '1899-01-01',
  ])('%s is no date', (text) => expect(readDate(text)).toBeNull());

  it('reads back every date in every form', () => {
    const date = fc.date({ min: new Date('1930-01-01'), max: new Date('2100-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (d) => {
        const [y, m, day] = [d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate()];
        const iso = d.toISOString().slice(0, 10);
        const serial = String(Math.floor((d.getTime() - Date.UTC(1899, 11, 30)) / DAY));
        for (const form of [iso, `${y}/${m}/${day}`, `${y}年${m}月${day}日`, iso.replaceAll('-', ''), serial]) {
          expect(readDate(form)).toBe(iso);
        }
      }),
    );
  });
});

describe('words', () => {
  it('knows the populations in both languages', () => {
    expect(
      ['本地居民', '流动人口', ' 流口 ', '入岛', '游客', '特殊', '重点人群', 'Migrant', '火星人'].map(readPopulation),
    ).toEqual(['local', 'migrant', 'migrant', 'arrival', 'arrival', 'special', 'special', 'migrant', null]);
  });

  it('stores the need, not the status', () => {
    expect(readTag('离异女性', rules.tagAliases)).toBe('focus_romance');
    expect(readTag('Business_Owner', rules.tagAliases)).toBe('business_owner');
    expect(readTag('爱钓鱼', rules.tagAliases)).toBeNull();
  });

  it('splits as people separate', () => expect(splitWords('a；b; c，d、')).toEqual(['a', 'b', 'c', 'd']));
  it('knows an identity number', () => {
    expect(isIdentityNumber('33092219900101123X')).toBe(true);
    expect(isIdentityNumber('３３０９２２１９９００１０１１２３４')).toBe(true);
    expect(isIdentityNumber('ZX-33092219900101')).toBe(false);
  });
  it('reads gender and language', () => {
    expect([readGender('女'), readGender('M'), readGender('?')]).toEqual(['female', 'male', null]);
    expect([readLanguage('普通话'), readLanguage('en'), readLanguage('火星文')]).toEqual(['zh', 'en', null]);
  });
});

describe('reading a person', () => {
  it('normalises what it is given', () => {
    const reading = read({
      externalId: ' Ａ１ ',
      name: ' 张  三 ',
      phone: '＋８６ 138-0013-8000',
      township: '菜园镇',
      birthDate: '1990年1月5日',
      gender: '男',
      tags: ['学生', '离异女性', '学生'],
      populations: [{ kind: '流动人口', since: '2026-11-01' }, { kind: 'local' }],
    });
    expect(reading).toEqual({
      ok: true,
      person: expect.objectContaining({
        externalId: 'A1',
        name: '张 三',
        phone: { number: '13800138000', kind: 'mobile' },
        township: '330922100',
        birthDate: '1990-01-05',
        gender: 'male',
        tags: ['focus_romance', 'student'],
        populations: [{ kind: 'local' }, { kind: 'migrant', since: Date.UTC(2026, 10, 1) }],
      }),
    });
  });

  it('leaves the absent and clears the null and the blank', () => {
    const reading = read({ name: null, phone: '  ' });
    expect(reading.ok && [reading.person.name, reading.person.phone, reading.person.email]).toEqual([
      null,
      null,
      undefined,
    ]);
  });

  it('keeps landlines and foreign numbers', () => {
    const kinds = ['0580-5081110', '+65 8123 4567'].map((phone) => {
      const reading = read({ phone });
      return reading.ok && reading.person.phone?.kind;
    });
    expect(kinds).toEqual(['landline', 'foreign']);
  });

  it.each<[Partial<RawPerson>, string]>([
    [{ externalId: ' ' }, '/externalId missing_external_id'],
    [{ externalId: '330922199001011234' }, '/externalId identity_number'],
    [{ phone: '1380013800' }, '/phone invalid_phone'],
    [{ email: 'nobody' }, '/email invalid_email'],
    [{ township: '不存在镇' }, '/township unknown_township'],
    [{ birthDate: '2027-01-01' }, '/birthDate invalid_date'],
    [{ gender: '?' }, '/gender unknown_gender'],
    [{ tags: ['student', '爱钓鱼'] }, '/tags/1 unknown_tag'],
    [{ populations: [{ kind: '火星人' }] }, '/populations/0/kind unknown_population'],
    [{ populations: [{ kind: 'arrival', since: '昨天' }] }, '/populations/0/since invalid_date'],
    [
      { populations: [{ kind: 'arrival', since: '2026-11-23', until: '2026-11-22' }] },
      '/populations/0/until invalid_date',
    ],
    [{ name: '长'.repeat(65) }, '/name too_long'],
  ])('%j is refused: %s', (raw, code) => expect(codes(raw)).toEqual([code]));

  it('lets somebody leave on the day of arrival, though a list holds no time', () => {
    expect(codes({ populations: [{ kind: 'arrival', since: '2026-11-23 14:00', until: '2026-11-23' }] })).toEqual([]);
  });

  it('finds every mistake, and names no value', () => {
    const reading = read({ phone: '12345678', township: '不存在镇' });
    expect(codes({ phone: '12345678', township: '不存在镇' })).toEqual([
      '/phone invalid_phone',
      '/township unknown_township',
    ]);
    expect(JSON.stringify(reading)).not.toContain('12345678');
  });

  it('gives the same content the same text, whatever its order', () => {
    const words = fc.uniqueArray(fc.constantFrom('student', 'elderly', 'parent', 'fisherman'), { maxLength: 4 });
    const kinds = fc.uniqueArray(fc.constantFrom('local', 'migrant', 'arrival', 'special'), { maxLength: 4 });
    fc.assert(
      fc.property(words, kinds, (tags, list) => {
        const text = (t: string[], k: string[]) => {
          const reading = read({ tags: t, populations: k.map((kind) => ({ kind })) });
          return reading.ok && canonical(reading.person);
        };
        expect(text([...tags].reverse(), [...list].reverse())).toBe(text(tags, list));
      }),
    );
  });
});

describe('laying lists over what is known', () => {
  const held = { memberships: [{ personId: 1, kind: 'local' as const, since: null, until: null }], tags: ['student'] };

  it('replaces or merges', () => {
    const given = { populations: [{ kind: 'arrival' as const, since: 5 }], tags: ['parent'] };
    expect(listChanges(1, given, held, 'merge')).toMatchObject({
      removed: [],
      tagsRemoved: [],
      tagsAdded: ['parent'],
      begun: [{ kind: 'arrival', since: 5 }],
    });
    expect(listChanges(1, given, held, 'replace')).toMatchObject({ removed: ['local'], tagsRemoved: ['student'] });
  });

  it('begins a new stay without the end of the former', () => {
    const gone = { memberships: [{ personId: 1, kind: 'arrival' as const, since: 1, until: 3 }], tags: [] };
    expect(listChanges(1, { populations: [{ kind: 'arrival', since: 7 }] }, gone, 'merge').put).toEqual([
      { personId: 1, kind: 'arrival', since: 7, until: null },
    ]);
  });
});

describe('what may be shown', () => {
  it('hides a sensitive file name', () => {
    expect(shownFileName('离异女性名单.xlsx', ['离异女性'], false)).toBe('重点提醒');
    expect(shownFileName('离异女性名单.xlsx', ['离异女性'], true)).toBe('离异女性名单.xlsx');
  });
});
