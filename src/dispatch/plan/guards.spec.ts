import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlanPerson } from '../../audience/index.js';
import { addressOf, type AddressRules } from './guards.js';

const rules = (channel: AddressRules['channel']): AddressRules => ({
  channel,
  guardianBelowAge: 14,
  ageOf: (birthDate) => 2026 - Number(birthDate.slice(0, 4)),
});
type Reachable = Pick<PlanPerson, 'phone' | 'phoneKey' | 'phoneKind' | 'email' | 'emailKey' | 'birthDate' | 'guardian'>;
const of = (given: Partial<Reachable>, channel: AddressRules['channel']) =>
  addressOf(
    {
      phone: null,
      phoneKey: null,
      phoneKind: null,
      email: null,
      emailKey: null,
      birthDate: null,
      guardian: null,
      ...given,
    } as PlanPerson,
    rules(channel),
  );

const own = { phone: 'sealed-own', phoneKey: 'own', phoneKind: 'mobile' } as const;
const guardian = { phone: 'sealed-mother', phoneKey: 'mother', phoneKind: 'mobile' } as const;
const landline = { phone: 'sealed-home', phoneKey: 'home', phoneKind: 'landline' } as const;
const pupil = { ...own, email: 'sealed-mail', emailKey: 'mail', birthDate: '2016-01-01' };

describe('where somebody is reached', () => {
  it('is a guardian’s phone for a pupil under 14, on every channel, and never the pupil’s own', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('sms', 'voice', 'visit', 'email' as const),
        fc.integer({ min: 1990, max: 2026 }),
        fc.boolean(),
        (channel, born, hasGuardian) => {
          const found = of(
            { ...pupil, birthDate: `${born}-01-01`, guardian: hasGuardian ? guardian : null },
            channel as 'sms',
          );
          const isMinor = 2026 - born < 14;
          if (!isMinor) expect(found).toMatchObject({ key: channel === 'email' ? 'mail' : 'own' });
          else if (hasGuardian && channel !== 'email')
            expect(found).toEqual({ sealed: 'sealed-mother', key: 'mother' });
          else expect(found).toBe('minor');
        },
      ),
    ));

  it('is a landline for a call and a visit, and skipped for an SMS; a guardian’s too', () => {
    for (const person of [landline, { ...pupil, guardian: landline }]) {
      expect(of(person, 'sms')).toBe('landline');
      expect(of(person, 'voice')).toEqual({ sealed: 'sealed-home', key: 'home' });
      expect(of(person, 'visit')).toEqual({ sealed: 'sealed-home', key: 'home' });
    }
  });

  it('is nowhere abroad, without a number, or behind one that is none', () => {
    expect(of({ ...own, phoneKind: 'foreign' }, 'sms')).toBe('foreign_number');
    expect(of({ ...own, phoneKind: 'invalid' }, 'voice')).toBe('invalid_phone');
    expect(of({}, 'sms')).toBe('no_phone');
    expect(of({}, 'email')).toBe('no_email');
  });
});
