import { Injectable } from '@nestjs/common';
import { Windows } from '../../campaigns/index.js';
import type { Channel, Gateway } from '../../gateways/index.js';
import { Chance, CLOCK_ACTOR, Clock, Database, days, Ledger, Vault } from '../../platform/index.js';
import { Settlement } from '../settle/settlement.service.js';
import { Batches } from './batches.repository.js';
import type { Claim } from './claim.service.js';

const DAYS_FOR_A_VISIT = 3;

@Injectable()
export class TaskRooms {
  constructor(
    readonly windows: Windows,
    readonly vault: Vault,
  ) {}
}

/** A gateway that is a person: the batch becomes tasks, in one transaction; each is awaiting until somebody attests it. */
@Injectable()
export class TaskHandover {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly rooms: TaskRooms,
    private readonly batches: Batches,
    private readonly settlement: Settlement,
    private readonly ledger: Ledger,
  ) {}

  async hand({ batch, deliveries }: Claim, gateway: Gateway): Promise<void> {
    const { adapter } = gateway;
    if (adapter.transport !== 'task') throw new Error(`${adapter.id} takes no tasks`);
    const now = this.clock.now();
    const dueAt =
      adapter.task === 'visit'
        ? now + days(DAYS_FOR_A_VISIT)
        : this.rooms.windows.opening(batch.channel as Channel, undefined, now).closesAt;
    await this.database.transaction(async () => {
      const hold = await this.batches.renew(batch);
      if (hold === 'lost') return;
      if (hold === 'cancelled') await this.settlement.drop(deliveries, 'cancelled', 'run_cancelled');
      // Who was erased or cancelled since the claim gets no task; the rest is claimed anew.
      if (hold === null && (await this.batches.areUnsent(deliveries))) {
        await this.database.insert(
          'tasks',
          [
            'id',
            'kind',
            'status',
            'deliveryId',
            'personId',
            'groupChatId',
            'township',
            'assignee',
            'dueAt',
            'createdAt',
          ],
          deliveries.map((d) => [
            this.chance.id(this.clock),
            adapter.task,
            'open',
            d.id,
            d.personId,
            d.groupChatId,
            d.township,
            d.groupChatId && d.address ? this.rooms.vault.open(d.address) : null,
            dueAt,
            now,
          ]),
        );
        await this.settlement.accept(deliveries, false);
        await this.ledger.write({
          action: 'batch.settle',
          subject: `batch/${batch.id}`,
          by: CLOCK_ACTOR,
          detail: { run: batch.runId, gateway: gateway.key, tasks: deliveries.length },
        });
      }
      await this.batches.release(batch, now, false);
    });
  }
}
