import { describe, expect, it } from '@jest/globals';
import { answerFormat } from './format.js';

describe('the form of an answer', () => {
  it('follows format, then Accept, else JSON', () => {
    expect(answerFormat('xlsx', 'text/csv')).toBe('xlsx');
    expect(answerFormat(undefined, 'text/csv; q=1')).toBe('csv');
    expect(answerFormat(undefined, 'text/html, */*')).toBe('json');
    expect(answerFormat(undefined, undefined)).toBe('json');
  });
});
