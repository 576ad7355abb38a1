import { Injectable } from '@nestjs/common';
import { ContactFacts } from '../../audience/index.js';
import { Clock, Config, Database, IdBlocks } from '../../platform/index.js';
import { Counters, Tally } from '../counters.repository.js';
import { Batches } from '../send/batches.repository.js';
import type { Decision, Skipped, ToSend } from './decide.js';
import { DELIVERY_INSERT, deliveryRow, divide, type RowContext } from './page-rows.js';
import type { PlanContext } from './plan-context.js';

const PLANNED = { pending: 1 } as const;

/** Somebody else plans this run now, or it was stopped: nothing of the page was written. */
export class PlanLost extends Error {}

/** Writes one decided page in one transaction: deliveries, batches, skips, counters, and the cursor behind it. */
@Injectable()
export class PageWriter {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly ids: IdBlocks,
    private readonly batches: Batches,
    private readonly counters: Counters,
    private readonly facts: ContactFacts,
  ) {}

  /**
   * `advance` moves the cursor and answers false where the plan is no longer ours. What `isHeld` waits for its release: no
   * worker takes it before.
   */
  async write(
    context: PlanContext,
    decisions: readonly Decision[],
    { advance, isHeld = false }: { advance: () => Promise<boolean>; isHeld?: boolean },
  ): Promise<void> {
    const sends = decisions.filter((d): d is ToSend => d.kind === 'send');
    const skips = decisions.filter((d): d is Skipped => d.kind === 'skip');
    const parts = divide(sends, this.config.settings.dispatch.batchSize);
    const firstDelivery = sends.length > 0 ? await this.ids.take('delivery', sends.length) : 0;
    const firstBatch = parts.length > 0 ? await this.ids.take('batch', parts.length) : 0;
    await this.database.transaction(async () => {
      if (!(await advance())) throw new PlanLost();
      await this.insertSends(context, parts, { firstDelivery, firstBatch, status: isHeld ? 'held' : 'ready' });
      await this.insertSkips(context, skips);
      await this.facts.planned(
        sends.flatMap((s) =>
          s.personId === null
            ? []
            : [{ personId: s.personId, trick: s.script.trick, type: s.script.type, at: context.run.occurrence }],
        ),
      );
    });
  }

  private rowContext(context: PlanContext): RowContext {
    const { run, definition } = context;
    return {
      runId: run.id,
      campaignId: run.campaignId,
      day: run.day,
      isUrgent: Boolean(definition.urgent),
      now: this.clock.now(),
    };
  }

  private async insertSends(
    context: PlanContext,
    parts: ToSend[][],
    { firstDelivery, firstBatch, status }: { firstDelivery: number; firstBatch: number; status: 'ready' | 'held' },
  ): Promise<void> {
    const row = this.rowContext(context);
    const tally = new Tally();
    let id = firstDelivery;
    const rows = parts.flatMap((part, i) =>
      part.map((send) => {
        tally.add(
          {
            runId: row.runId,
            campaignId: row.campaignId,
            day: row.day,
            channel: send.step.channel,
            gateway: send.gateway.key,
            population: send.population,
            township: send.township,
            type: send.script.type,
            trick: send.script.trick,
          },
          PLANNED,
        );
        return deliveryRow(row, id++, firstBatch + i, send);
      }),
    );
    await this.database.insert('deliveries', DELIVERY_INSERT, rows);
    await this.batches.add(
      parts.map((part, i) => {
        const { gateway, step, slot } = part[0]!;
        return {
          id: firstBatch + i,
          runId: row.runId,
          campaignId: row.campaignId,
          gateway: gateway.key,
          channel: step.channel,
          step: step.index,
          size: part.length,
          status,
          priority: context.priority,
          dueAt: slot.opensAt,
          expiresAt: slot.expiresAt,
        };
      }),
    );
    await this.counters.apply(tally);
  }

  private async insertSkips(context: PlanContext, skips: readonly Skipped[]): Promise<void> {
    const { runId, campaignId, day, now } = this.rowContext(context);
    await this.database.insert(
      'skips',
      [
        'runId',
        'campaignId',
        'step',
        'channel',
        'recipient',
        'personId',
        'groupChatId',
        'population',
        'township',
        'reason',
        'day',
        'at',
      ],
      skips.map((s) => [
        runId,
        campaignId,
        s.step.index,
        s.step.channel,
        s.recipient,
        s.personId,
        s.groupChatId,
        s.population,
        s.township,
        s.reason,
        day,
        now,
      ]),
    );
    await this.counters.skip(
      skips.map((s) => ({
        runId,
        campaignId,
        day,
        channel: s.step.channel,
        population: s.population,
        township: s.township,
        reason: s.reason,
      })),
    );
  }
}
