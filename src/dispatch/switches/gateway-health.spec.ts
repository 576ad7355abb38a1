import { describe, expect, it } from '@jest/globals';
import { healthOf } from './gateway-health.js';

describe('the health of a gateway', () => {
  it('is what its receipts say', () => {
    const sent = (receiptAt: number | null) => ({ status: 'awaiting', sentAt: 1_000, receiptAt });
    const lost = (status: string) => ({ status, sentAt: null, receiptAt: null });
    expect(healthOf([sent(3_000), sent(5_000), sent(901_000), sent(null), lost('failed'), lost('uncertain')])).toEqual({
      messages: 6,
      failed: 1,
      uncertain: 1,
      sent: 4,
      receipts: 3,
      share: 0.75,
      medianSeconds: 4,
    });
  });

  it('is not known where nothing was sent, and a clock behind ours makes no negative wait', () => {
    expect(healthOf([])).toMatchObject({ messages: 0, share: null, medianSeconds: null });
    expect(healthOf([{ status: 'delivered', sentAt: 5_000, receiptAt: 4_000 }])).toMatchObject({ medianSeconds: 0 });
  });
});
