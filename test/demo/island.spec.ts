import { describe, expect, it } from '@jest/globals';
import { peopleCsv } from '../../scripts/island/csv.mjs';
import { makeIsland, type Island, type IslandPerson } from '../../scripts/island/island.mjs';
import { readPhone } from '../../src/platform/kernel/index.js';

const DAY = 86_400_000;
const start = Date.parse('2026-10-24T00:00:00+08:00');
const end = start + 31 * DAY + 11 * 3_600_000;
const usual = makeIsland({ seed: 1, start, end });

const isListed = ({ externalId }: IslandPerson): boolean => !externalId.startsWith('X');
const peopleOf = ({ people, mistakes }: Island): IslandPerson[] =>
  people.slice(0, people.length - mistakes.invalidPhones - mistakes.repeatedRows);
const people = peopleOf(usual);
const kind = (phone: string) => readPhone(phone)?.kind ?? 'none';
const ageAtStart = ({ birthDate }: IslandPerson): number => (start - Date.parse(birthDate)) / (365.25 * DAY);

describe('the synthetic island', () => {
  it('is the same for the same seed and another for another', () => {
    expect(makeIsland({ seed: 1, start, end })).toEqual(usual);
    expect(makeIsland({ seed: 2, start, end }).people).not.toEqual(usual.people);
  });

  it('has the people of the mission', () => {
    expect(usual.counts).toMatchObject({ locals: 6000, migrants: 1200, arrivals: 900, special: 320 });
    expect(people).toHaveLength(8100);
    expect(people.filter((p) => p.populations.includes('特殊人群'))).toHaveLength(320);
    expect(people.filter((p) => p.tags.includes('离异女性')).length).toBeGreaterThan(20);
    expect(new Set(people.map((p) => p.externalId)).size).toBe(8100);
    expect(new Set(people.map((p) => p.township)).size).toBe(7);
    expect(people.filter((p) => p.language === 'en').length).toBeGreaterThan(5);
    const registered = people.filter((p) => p.registeredAt !== '').map((p) => p.registeredAt.slice(0, 4));
    expect(new Set(registered).size).toBeGreaterThan(5);
  });

  it('scales all of it', () => {
    const large = makeIsland({ seed: 1, people: 40_500, start, end });
    expect(large.counts).toMatchObject({ locals: 30_000, migrants: 6000, arrivals: 4500, special: 1600 });
    expect(large.chats).toHaveLength(300);
    const mobiles = peopleOf(large).filter((p) => /^1/.test(p.phone));
    expect(mobiles.length - new Set(mobiles.map((p) => p.phone)).size).toBeLessThan(60);
  });

  it('gives everybody a number that a gateway takes, once but for the few who share one', () => {
    const kinds = new Map<string, number>();
    for (const { phone } of people) kinds.set(kind(phone), (kinds.get(kind(phone)) ?? 0) + 1);
    expect(kinds.get('invalid')).toBeUndefined();
    expect(kinds.get('landline')).toBeGreaterThan(200);
    expect(kinds.get('foreign')).toBeGreaterThan(3);
    const mobiles = people.filter((p) => kind(p.phone) === 'mobile').map((p) => p.phone);
    const shared = mobiles.length - new Set(mobiles).size;
    expect(shared).toBeGreaterThan(0);
    expect(shared).toBeLessThan(20);
  });

  it('keeps away from the endings that the simulator gives a fate', () => {
    const events = usual.happenings.flatMap((h) => h.events);
    const phones = [...people.map((p) => p.phone), ...events.map((e) => e.person?.phone ?? '')];
    expect(phones.filter((phone) => /^1\d*000[0-7]$/.test(phone))).toEqual([]);
  });

  it('has pupils, most of them with a guardian', () => {
    const pupils = people.filter((p) => ageAtStart(p) < 14);
    const guarded = new Set(people.map((p) => p.guardianOf).filter(Boolean));
    expect(pupils.length).toBeGreaterThan(200);
    expect(guarded.size).toBeGreaterThan(pupils.length * 0.75);
    expect(guarded.size).toBeLessThan(pupils.length);
    const known = new Set(pupils.map((p) => p.externalId));
    expect([...guarded].every((id) => known.has(id))).toBe(true);
  });

  it('has the mistakes that it says', () => {
    const wrong = usual.people.slice(8100);
    expect(wrong.filter((p) => !isListed(p)).map((p) => kind(p.phone))).toEqual(Array(9).fill('invalid'));
    const ids = new Set(people.map((p) => p.externalId));
    expect(wrong.filter((p) => isListed(p) && ids.has(p.externalId))).toHaveLength(usual.mistakes.repeatedRows);
    expect(usual.optOuts.length).toBeGreaterThan(50);
  });

  it('has sixty group chats, each posted to by an owner or a robot', () => {
    const platforms = usual.chats.map((c) => c.platform);
    expect(platforms.filter((p) => p === 'wechat')).toHaveLength(40);
    expect(platforms.filter((p) => p === 'zhezhengding')).toHaveLength(12);
    expect(platforms.filter((p) => p === 'wecom')).toHaveLength(8);
    expect(
      usual.chats.every((c) => (c.platform === 'wechat') === (c.owner !== undefined && c.token === undefined)),
    ).toBe(true);
    expect(usual.chats.every((c) => c.headCount >= 30 && c.headCount <= 480)).toBe(true);
    expect(new Set(usual.chats.map((c) => c.name)).size).toBe(60);
    expect(new Set(usual.chats.map((c) => c.township)).size).toBe(7);
  });

  it('tells a month of arrivals, departures and registrations in order, some of them at night', () => {
    const { happenings } = usual;
    expect(happenings.every((h, i) => i === 0 || happenings[i - 1]!.at <= h.at)).toBe(true);
    expect(happenings.every((h) => h.at >= start && h.at < end)).toBe(true);
    const events = happenings.flatMap((h) => h.events.map((event) => ({ ...event, at: h.at })));
    expect(events.every((e) => Date.parse(e.occurredAt) === e.at)).toBe(true);
    const arrivals = events.filter((e) => e.type === 'arrival');
    expect(arrivals.length).toBeGreaterThan(1000);
    expect(arrivals.filter((e) => e.person === undefined).length).toBeGreaterThan(50);
    expect(arrivals.filter((e) => ['21', '22'].includes(e.occurredAt.slice(11, 13))).length).toBeGreaterThan(30);
    const registrations = events.filter((e) => e.type === 'registration').length;
    expect(registrations).toBeGreaterThan(24);
    expect(registrations).toBeLessThan(80);
  });

  it('lets nobody leave before they came', () => {
    const came = new Map<string, number>();
    for (const event of usual.happenings.flatMap((h) => h.events)) {
      const id = event.externalId ?? event.person?.externalId ?? '';
      if (event.type === 'arrival' && !came.has(id)) came.set(id, Date.parse(event.occurredAt));
      if (event.type === 'departure' && Number(id.slice(1)) > 900 && id.startsWith('A')) {
        expect(came.get(id) ?? Infinity).toBeLessThan(Date.parse(event.occurredAt));
      }
    }
  });

  it('writes the list as a spreadsheet would', () => {
    const csv = peopleCsv(usual.people);
    expect(csv.startsWith('\uFEFF人员编号,姓名,手机号,')).toBe(true);
    expect(csv.split('\r\n')).toHaveLength(usual.people.length + 2);
  });
});
