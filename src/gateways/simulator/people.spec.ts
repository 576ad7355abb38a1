import { describe, expect, it } from '@jest/globals';
import { callFate } from './callees.js';
import { smsFate } from './people.js';

const phones = Array.from({ length: 40_000 }, (_, i) => String(13_912_345_678 + i * 7)).filter(
  (phone) => !/000[1-7]$/.test(phone),
);
const share = <T>(of: T[], is: (one: T) => boolean): number => of.filter(is).length / of.length;

describe('people and their texts', () => {
  const fates = phones.map((phone) => smsFate(1, phone, 0));

  it('are the same people for the same seed, and others for another', () => {
    expect(smsFate(1, '13912345678', 3)).toEqual(smsFate(1, '13912345678', 3));
    expect(phones.map((phone) => smsFate(2, phone, 0))).not.toEqual(fates);
  });

  it('get about 95 in 100, with the reports in the shares of the field', () => {
    const reported = fates.filter(({ delayMs }) => delayMs !== undefined);
    expect(1 - reported.length / fates.length).toBeCloseTo(0.02, 2);
    expect(reported.filter(({ code }) => code === 'DELIVRD').length / fates.length).toBeCloseTo(0.95, 2);
    expect(share(fates, ({ code }) => code !== 'DELIVRD')).toBeCloseTo(0.03, 2);
    expect(reported.every(({ delayMs = 0 }) => delayMs >= 2_000 && delayMs <= 90_000)).toBe(true);
  });

  it('answer now and then, within half an hour, mostly with a question or a refusal', () => {
    const replies = fates.flatMap(({ reply }) => (reply ? [reply] : []));
    expect(replies.length / fates.length).toBeGreaterThan(0.0025);
    expect(replies.length / fates.length).toBeLessThan(0.0055);
    expect(replies.every(({ afterMs }) => afterMs >= 60_000 && afterMs <= 1_800_000)).toBe(true);
    const isOptOut = ({ text }: { text: string }): boolean => ['T', 'TD', '退订'].includes(text);
    const isAlarm = ({ text }: { text: string }): boolean => /转账|钱没了/.test(text);
    expect(share(replies, isOptOut)).toBeGreaterThan(0.25);
    expect(share(replies, isOptOut)).toBeLessThan(0.55);
    expect(share(replies, isAlarm)).toBeGreaterThan(0.02);
    expect(share(replies, isAlarm)).toBeLessThan(0.2);
  });

  it('stay who they are: an empty number is empty in every message and every call', () => {
    const empty = phones.filter((phone) => smsFate(1, phone, 0).code === 'MK:0001');
    expect(empty.length).toBeGreaterThan(500);
    expect(empty.every((phone) => smsFate(1, phone, 9).code === 'MK:0001')).toBe(true);
    expect(empty.every((phone) => callFate(1, phone, 4).statusCode === '200004')).toBe(true);
  });
});

describe('people and their calls', () => {
  const fates = phones.map((phone) => callFate(1, phone, 0));
  const answered = fates.filter(({ smartStatusCode }) => smartStatusCode === 'ANSWERED');

  it.each([
    ['200002', 0.1],
    ['200003', 0.15],
    ['200010', 0.05],
    ['200004', 0.02],
  ])('end with %s in a share of %d', (code, expected) => {
    expect(share(fates, ({ statusCode }) => statusCode === code)).toBeCloseTo(expected, 2);
  });

  it('answer in 60 to 70 of 100, for 3 to 45 seconds', () => {
    expect(answered.length / fates.length).toBeGreaterThan(0.6);
    expect(answered.length / fates.length).toBeLessThan(0.7);
    expect(answered.every(({ durationS }) => durationS >= 3 && durationS <= 45)).toBe(true);
    expect(fates.every((fate) => answered.includes(fate) || fate.durationS === 0)).toBe(true);
  });

  it.each([
    ['1', 0.08],
    ['2', 0.04],
    ['9', 0.02],
  ])('press %s in a share of %d of the answered', (key, expected) => {
    expect(share(answered, ({ dtmf }) => dtmf === key)).toBeCloseTo(expected, 2);
  });
});

describe('numbers under a rule', () => {
  it.each([
    ['0001', 'DELIVRD', '200000', 2_000, false],
    ['0002', 'MI:0024', '200010', 2_000, false],
    ['0003', 'MK:0001', '200004', 2_000, false],
    ['0004', 'CM:8004', '200105', 2_000, false],
    ['0005', 'DELIVRD', '200000', undefined, false],
    ['0006', 'DELIVRD', '200000', 600_000, false],
    ['0007', 'DELIVRD', '200000', 2_000, true],
  ])('%s', (suffix, code, statusCode, delayMs, isTwice) => {
    for (const seed of [1, 2, 3]) {
      expect(smsFate(seed, `1390000${suffix}`, seed)).toMatchObject({ code, isTwice });
      expect(smsFate(seed, `1390000${suffix}`, seed).delayMs).toBe(delayMs);
      expect(callFate(seed, `1390000${suffix}`, seed)).toMatchObject({ statusCode, isTwice });
    }
  });
});
