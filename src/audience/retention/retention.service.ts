import { Injectable } from '@nestjs/common';
import {
  Clock,
  Config,
  CountyTime,
  Database,
  Ledger,
  parseDuration,
  type Instant,
  type LedgerActor,
  type RetentionKind,
} from '../../platform/index.js';

/** One kind of data that is kept for a time. Whoever owns it says how to count and to forget what is older. */
export interface RetentionRule {
  readonly kind: RetentionKind;
  /** How many would be forgotten. */
  count(before: Instant): Promise<number>;
  /** Where it lies: on the disk of the machines that work, else in the database. */
  readonly on?: 'disk';
  /** Forgets some and says how many; 0 where nothing is left. Inside the caller's transaction, but for what lies on a disk. */
  forget(before: Instant): Promise<number>;
}

type Lies = 'database' | 'disk';

export interface Kept {
  readonly kind: RetentionKind;
  /** The setting, an ISO 8601 duration. */
  readonly keptFor: string;
  /** Older than this is forgotten. */
  readonly before: string;
  /** How many were, or in a dry run would be, forgotten. */
  readonly forgotten: number;
}

/** Applies the periods of `retention` in the configuration: every kind of data has one, and none is kept for longer. */
@Injectable()
export class Retention {
  private readonly rules: RetentionRule[] = [];

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly ledger: Ledger,
  ) {}

  /** A room that keeps something says here how it is forgotten. */
  register(...rules: readonly RetentionRule[]): void {
    this.rules.push(...rules);
  }

  /** What would be forgotten now; nothing is. */
  async dryRun(): Promise<Kept[]> {
    const told: Kept[] = [];
    for (const rule of this.rules) told.push(this.told(rule, await rule.count(this.before(rule.kind))));
    return told;
  }

  /** Forgets what is older than its period, some at a time, each time with a ledger entry; in the same transaction where it lies in the database. */
  async apply(by: LedgerActor, which: readonly Lies[] = ['database', 'disk']): Promise<Kept[]> {
    const told: Kept[] = [];
    for (const rule of this.rules.filter(({ on }) => which.includes(on ?? 'database')))
      told.push(this.told(rule, await this.applyRule(rule, by)));
    return told;
  }

  private async applyRule(rule: RetentionRule, by: LedgerActor): Promise<number> {
    const before = this.before(rule.kind);
    for (let forgotten = 0; ;) {
      // A slow disk must hold up no writer: what lies there goes first, and is entered afterwards.
      const gone = rule.on === 'disk' ? await rule.forget(before) : null;
      const more = await this.database.transaction(async () => {
        const n = gone ?? (await rule.forget(before));
        if (n > 0) {
          const detail = { forgotten: n, before: this.county.iso(before), keptFor: this.keptFor(rule.kind) };
          await this.ledger.write({ action: 'retention.forget', subject: `retention/${rule.kind}`, by, detail });
        }
        return n;
      });
      if (more === 0) return forgotten;
      forgotten += more;
    }
  }

  private told({ kind }: RetentionRule, forgotten: number): Kept {
    return { kind, keptFor: this.keptFor(kind), before: this.county.iso(this.before(kind)), forgotten };
  }

  private keptFor(kind: RetentionKind): string {
    return this.config.settings.retention.keptFor[kind];
  }

  private before(kind: RetentionKind): Instant {
    return this.clock.now() - parseDuration(this.keptFor(kind))!;
  }
}
