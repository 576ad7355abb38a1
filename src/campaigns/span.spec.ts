import { describe, expect, it } from '@jest/globals';
import { CountyTime } from '../platform/clock/county-time.js';
import { readSpan } from './span.js';

const county = new CountyTime('Asia/Shanghai');
const now = Date.parse('2026-12-10T10:00:00+08:00');
const day = 86_400_000;

describe('a span of the tide table', () => {
  it('takes instants and dates', () => {
    expect(readSpan({ from: '2026-12-01', to: '2026-12-02T00:00:00Z' }, county, now)).toEqual({
      from: Date.parse('2026-12-01T00:00:00+08:00'),
      to: Date.parse('2026-12-02T00:00:00Z'),
    });
  });
  it('is thirty days around now by default', () => {
    expect(readSpan({}, county, now)).toEqual({ from: now - 30 * day, to: now + 30 * day });
  });
  it.each([
    [{ from: 'yesterday' }, '/from', 'invalid_instant'],
    [{ from: '2026-12-02', to: '2026-12-01' }, '/to', 'ends_before_start'],
    [{ from: '2026-01-01', to: '2026-12-01' }, '/to', 'span_too_long'],
  ])('%j', (asked, path, code) => {
    expect(readSpan(asked, county, now)).toEqual([expect.objectContaining({ path, code })]);
  });
});
