import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { Clock, CountyTime, Ledger, Vault } from '../../platform/index.js';
import type { Rule } from './rule.js';
import type { Segment } from './segment.js';
import type { ShownCount } from './sensitive.js';

/** The times and the ledger of what is shown. */
@Injectable()
export class SegmentRecords {
  constructor(
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly vault: Vault,
    private readonly ledger: Ledger,
  ) {}

  now(): number {
    return this.clock.now();
  }

  times({ createdAt, updatedAt }: Segment) {
    return { createdAt: this.county.iso(createdAt), updatedAt: this.county.iso(updatedAt) };
  }

  /** Who asked for the size of a sensitive group, and what they read. The rule stands there as a keyed digest: equal ones are seen to be equal. */
  sensitivePreview(rule: Rule, { countText }: ShownCount, by: Actor): Promise<void> {
    const digest = this.vault.index('rule', JSON.stringify(rule));
    return this.ledger.write({
      action: 'segment.preview',
      subject: `rule/${digest}`,
      by: { id: by.id, name: by.name },
      detail: { sensitive: true, count: countText },
    });
  }
}
