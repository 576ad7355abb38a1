import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shelfOf, shippedScriptList, shippedShelf, shippedTricks } from '../../../test/support/shelf.js';
import { days } from '../../platform/kernel/index.js';
import { shippedTaxonomy } from '../shipped.loader.js';
import type { ScriptChannel } from '../taxonomy.js';
import type { Matrix } from '../weights/matrix.js';
import { assigner, type AssignmentOptions, type Recipient } from './assignment.js';
import type { Assignment } from './assignment.schemas.js';
import { recomputed } from './recompute.js';
import { bitsOf, placesOf } from './setting.js';
import { readWhy } from './why.js';

const START = Date.UTC(2026, 6, 6, 1);
const base = shippedShelf.weights.matrix;
const matrix: Matrix = {
  ...base,
  // A tag of the bureau's own, a township of its own, and a type that is never drawn there.
  weights: Object.fromEntries(Object.entries(base.weights).map(([type, row]) => [type, { ...row, dock_worker: 3 }])),
  townships: { '330922101': { romance: { everybody: 0, local_resident: 0 }, fake_loan: { everybody: 9 } } },
};
const sentences = [{ id: 7, language: 'en', text: 'Questions: {{hotline}}.' }];
const shelf = shelfOf(
  shippedScriptList.filter((script) => script.trick !== 'game_free_gift' || script.channel !== 'sms'),
  { sentences },
);

const policies: Assignment[] = [
  { policy: 'rotate' },
  { policy: 'rotate', by: 'occurrence' },
  { policy: 'rotate', types: ['romance', 'travel_refund'] },
  { policy: 'weighted' },
  { policy: 'weighted', tricks: ['romance_invest', 'loan_fake_flow', 'travel_ferry_notice'] },
  { policy: 'riskMatrix', holdOut: { share: 0.3, delay: 'P7D' } },
  { policy: 'fixed', tricks: ['romance_invest', 'loan_fake_flow'] },
  { policy: 'fixed', tricks: ['romance_invest', 'loan_fake_flow', 'travel_ferry_notice'], order: 'random' },
];
const tags = [...shippedTaxonomy.groups.map((group) => group.code), 'focus_romance', 'dock_worker', 'unknown_tag'];

const recipients = fc.record({
  key: fc.stringMatching(/^p[0-9]{1,9}$/),
  populations: fc.subarray(['local', 'migrant', 'arrival', 'special']),
  tags: fc.subarray(tags),
  township: fc.constantFrom('', '330922100', '330922101'),
  language: fc.constantFrom('zh', 'en', 'en-GB', 'ru'),
  heard: fc
    .array(
      fc.tuple(
        fc.constantFrom(...shippedTricks.map((trick) => trick.code)),
        fc.integer({ min: START - days(400), max: START }),
      ),
      { maxLength: 60 },
    )
    .map((entries) => new Map(entries)),
});

describe('a reason', () => {
  it('comes out the same when the choice is made again from what is stored', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...policies),
        fc.constantFrom<ScriptChannel>('sms', 'voice', 'chat', 'email', 'visit'),
        fc.nat(1000),
        recipients,
        (assignment, channel, turn, recipient: Recipient) => {
          const options: AssignmentOptions = {
            assignment,
            run: { seed: `seed${turn}`, occurrence: START, index: turn, ordinal: turn },
            shelf,
            channel,
            month: 7,
            matrix: { version: 3, matrix },
            weights: new Map([['romance', { factor: 2.5, cases: 12 }]]),
          };
          const given = assigner({ ...options, shelfAt: START })(recipient);
          if ('skip' in given) return;
          expect(given.why.length).toBeLessThanOrEqual(255);
          const stored = { why: given.why, recipient: recipient.key, township: recipient.township ?? '' };
          expect(recomputed(stored, options)).toEqual(given);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('does not come out the same where anything that it was made of is another', () => {
    const options: AssignmentOptions = {
      assignment: { policy: 'weighted' },
      run: { seed: 's', occurrence: START, index: 0 },
      shelf,
      channel: 'sms',
      month: 7,
      matrix: { version: 3, matrix },
    };
    const recipient = { key: 'p1', populations: ['local'], tags: ['student'], language: 'zh', heard: new Map() };
    const given = assigner(options)(recipient);
    if ('skip' in given) throw new Error('no script');
    const stored = { why: given.why, recipient: 'p1', township: '' };
    expect(recomputed(stored, options)).toEqual(given);
    expect(recomputed({ ...stored, recipient: 'p2' }, options)).not.toEqual(given);
    expect(recomputed(stored, { ...options, run: { ...options.run, seed: 't' } })).not.toEqual(given);
    const other = { ...matrix, weights: { ...matrix.weights, romance: { ...matrix.weights.romance, student: 90 } } };
    expect(recomputed(stored, { ...options, matrix: { version: 3, matrix: other } })).not.toEqual(given);
    expect(recomputed({ ...stored, why: 'answer' }, options)).toBeNull();
  });
});

describe('bits', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(199)), (places) => {
        const set = new Set(places);
        expect(placesOf(bitsOf(Uint8Array.from({ length: 200 }, (_, i) => (set.has(i) ? 1 : 0))))).toEqual(
          [...places].sort((a, b) => a - b),
        );
      }),
    );
  });
});

describe('weights of the matrix', () => {
  const shares = (who: Partial<Recipient>, n = 30_000) => {
    const assign = assigner({
      assignment: { policy: 'weighted' },
      run: { seed: 's', occurrence: START, index: 0 },
      shelf: shippedShelf,
      channel: 'sms',
      month: 5,
      matrix: { version: 3, matrix: { ...matrix, season: 1 } },
    });
    const times = new Map<string, number>();
    for (let i = 0; i < n; i += 1) {
      const given = assign({ key: `p${i}`, populations: [], tags: [], language: 'zh', heard: new Map(), ...who });
      if ('skip' in given) throw new Error('no script');
      times.set(given.script.type, (times.get(given.script.type) ?? 0) + 1);
    }
    return times;
  };
  const tricksOf = (type: string) => shippedTricks.filter((trick) => trick.type === type).length;

  it("are a township's own where it has them: 0 there is never drawn, and the rest within sampling error", () => {
    const n = 30_000;
    const times = shares({ township: '330922101' }, n);
    expect(times.get('romance')).toBeUndefined();
    const weight = (type: string) =>
      (type === 'romance' ? 0 : type === 'fake_loan' ? 9 : matrix.weights[type]!.everybody!) * tricksOf(type);
    const total = Object.keys(matrix.weights).reduce((sum, type) => sum + weight(type), 0);
    for (const type of Object.keys(matrix.weights)) {
      const p = weight(type) / total;
      expect(Math.abs((times.get(type) ?? 0) - n * p)).toBeLessThanOrEqual(5 * Math.sqrt(n * p * (1 - p)));
    }
    expect(shares({ township: '330922100' }).get('romance')).toBeGreaterThan(0);
  });

  it("are those of a tag of the bureau's own where it has a column", () => {
    const n = 30_000;
    const times = shares({ tags: ['dock_worker'] }, n);
    const weight = (type: string) => 3 * tricksOf(type);
    const total = Object.keys(matrix.weights).reduce((sum, type) => sum + weight(type), 0);
    for (const type of Object.keys(matrix.weights)) {
      const p = weight(type) / total;
      expect(Math.abs((times.get(type) ?? 0) - n * p)).toBeLessThan(5 * Math.sqrt(n * p * (1 - p)));
    }
  });
});

describe('a stepped roll-out', () => {
  const rule = (share: number) =>
    assigner({
      assignment: { policy: 'rotate', holdOut: { share, delay: 'P7D' } },
      run: { seed: 's', occurrence: START, index: 0 },
      shelf,
      channel: 'sms',
      month: 7,
    });
  it('gives everybody something: the share later, the others now, as evenly over tricks and variants', () => {
    const assign = rule(0.2);
    const given = Array.from({ length: 10_000 }, (_, i) =>
      assign({ key: `p${i}`, populations: [], tags: [], language: 'zh', heard: new Map() }),
    );
    expect(given.every((one) => 'script' in one)).toBe(true);
    const later = given.filter((one) => 'script' in one && one.isLater);
    expect(Math.abs(later.length - 2000)).toBeLessThan(5 * Math.sqrt(1600));
    const firsts = later.filter((one) => 'script' in one && one.script.variant === 1).length;
    expect(Math.abs(firsts - later.length / 2)).toBeLessThan(5 * Math.sqrt(later.length / 4));
    for (const one of later) if ('script' in one) expect(readWhy(one.why)).toMatchObject({ h: 1 });
  });
});

describe('fixed at random', () => {
  it('draws each of the named as often, and passes over one without a script', () => {
    const assign = assigner({
      assignment: { policy: 'fixed', tricks: ['romance_invest', 'game_free_gift', 'loan_fake_flow'], order: 'random' },
      run: { seed: 's', occurrence: START, index: 0 },
      shelf,
      channel: 'sms',
      month: 7,
    });
    const times = new Map<string, number>();
    for (let i = 0; i < 4000; i += 1) {
      const given = assign({ key: `p${i}`, populations: [], tags: [], language: 'zh', heard: new Map() });
      if ('script' in given) times.set(given.script.trick, (times.get(given.script.trick) ?? 0) + 1);
    }
    expect([...times.keys()].sort()).toEqual(['loan_fake_flow', 'romance_invest']);
    expect(Math.abs(times.get('romance_invest')! - 2000)).toBeLessThan(5 * Math.sqrt(1000));
  });
});

describe('a sentence', () => {
  it('goes with a Chinese text to whoever reads another language that has one, and never with their own', () => {
    const give = (language: string, channel: ScriptChannel, trick: string) => {
      const given = assigner({
        assignment: { policy: 'fixed', tricks: [trick] },
        run: { seed: 's', occurrence: START, index: 0 },
        shelf,
        channel,
        month: 7,
      })({ key: 'p1', populations: [], tags: [], language, heard: new Map() });
      if ('skip' in given) throw new Error('no script');
      return [given.script.language, given.sentence?.language ?? null];
    };
    expect(give('en', 'sms', 'loan_fake_flow')).toEqual(['zh', 'en']);
    expect(give('en-GB', 'email', 'loan_fake_flow')).toEqual(['zh', 'en']);
    expect(give('en', 'sms', 'travel_ferry_notice')).toEqual(['en', null]);
    expect(give('zh', 'sms', 'loan_fake_flow')).toEqual(['zh', null]);
    expect(give('zh-CN', 'sms', 'loan_fake_flow')).toEqual(['zh', null]);
    expect(give('ru', 'sms', 'loan_fake_flow')).toEqual(['zh', null]);
    expect(give('en', 'voice', 'loan_fake_flow')).toEqual(['zh', 'en']);
  });
});
