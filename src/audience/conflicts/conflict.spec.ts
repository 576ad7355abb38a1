import { describe, expect, it } from '@jest/globals';
import { kindOf } from './conflict.js';

describe('kindOf', () => {
  const zhang = { name: '张三', birthDate: '1980-01-05' };
  it('takes the same name for one person under two ids, unless the birthdays differ', () => {
    expect(kindOf({ ...zhang, isNew: true }, { name: '张三', birthDate: null })).toBe('twoIds');
    expect(kindOf({ ...zhang, isNew: false }, zhang)).toBe('twoIds');
    expect(kindOf({ ...zhang, isNew: true }, { ...zhang, birthDate: '2010-01-05' })).toBe('sharedPhone');
  });
  it('takes other or missing names for a household, or for a number that moved', () => {
    expect(kindOf({ ...zhang, isNew: true }, { name: '李四', birthDate: null })).toBe('sharedPhone');
    expect(kindOf({ ...zhang, isNew: false }, { name: '李四', birthDate: null })).toBe('movedPhone');
    expect(kindOf({ name: null, birthDate: null, isNew: true }, { name: null, birthDate: null })).toBe('sharedPhone');
  });
});
