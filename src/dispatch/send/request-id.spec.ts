import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callOfRequest, requestIdOf } from './request-id.js';

describe('request ids', () => {
  it('are 32 letters and digits, and lead back to their call', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (callId) => {
        expect(requestIdOf(callId)).toMatch(/^[a-z0-9]{32}$/);
        expect(callOfRequest(requestIdOf(callId))).toBe(callId);
      }),
    );
  });

  it.each(['', 'tc', '0927152506001000833076', `tc${'z'.repeat(30)}`, 'TC000000000000000000000000000001'])(
    'are nothing like %j',
    (ref) => {
      expect(callOfRequest(ref)).toBeNull();
    },
  );
});
