export interface Heard {
  readonly status: string;
  readonly sentAt: number | null;
  readonly receiptAt: number | null;
}

/** How a gateway fares by what it says of single messages, not by whether it answers. */
export interface GatewayHealth {
  /** Of the latest messages of the last day that are old enough to have been reported. */
  readonly messages: number;
  readonly failed: number;
  readonly uncertain: number;
  /** Sent, and how many of them have a receipt. */
  readonly sent: number;
  readonly receipts: number;
  /** Receipts by messages sent, 0 to 1; null where nothing was sent. */
  readonly share: number | null;
  /** Half of the receipts were there within so many seconds; null without receipts. */
  readonly medianSeconds: number | null;
}

/** Sums up a sample of a gateway's deliveries. */
export function healthOf(sample: readonly Heard[]): GatewayHealth {
  const sent = sample.filter((one) => one.sentAt !== null);
  const waits = sent
    .flatMap(({ sentAt, receiptAt }) => (receiptAt === null ? [] : [Math.max(0, receiptAt - sentAt!)]))
    .sort((a, b) => a - b);
  const middle = waits[Math.floor((waits.length - 1) / 2)];
  return {
    messages: sample.length,
    failed: sample.filter(({ status }) => status === 'failed').length,
    uncertain: sample.filter(({ status }) => status === 'uncertain').length,
    sent: sent.length,
    receipts: waits.length,
    share: sent.length === 0 ? null : Math.round((waits.length / sent.length) * 1000) / 1000,
    medianSeconds: middle === undefined ? null : Math.round(middle / 100) / 10,
  };
}
