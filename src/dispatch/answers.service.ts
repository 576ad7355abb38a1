import { Injectable } from '@nestjs/common';
import { Runs } from '../campaigns/index.js';
import { Gateways } from '../gateways/index.js';
import { CLOCK_ACTOR, Clock, Config, CountyTime, Database, IdBlocks, Ledger } from '../platform/index.js';
import { Counters, Tally } from './counters.repository.js';
import { Batches } from './send/batches.repository.js';
import { Messages, NO_SCRIPT } from './messages.service.js';

export interface CryForHelp {
  readonly uplinkId: string;
  readonly gateway: string;
  /** Sealed. */
  readonly address: string;
  readonly addressKey: string;
}

const NOTHING = 'none';

/** What an answer asks of other rooms. */
@Injectable()
export class AnswerBooks {
  constructor(
    readonly gateways: Gateways,
    readonly runs: Runs,
    readonly messages: Messages,
    readonly batches: Batches,
    readonly counters: Counters,
  ) {}
}

/**
 * The one fixed answer to somebody who writes that money has gone: at once, at any hour, whatever the caps say, and once a
 * county day to a number. It stands in no count.
 */
@Injectable()
export class Answers {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly ids: IdBlocks,
    private readonly books: AnswerBooks,
    private readonly ledger: Ledger,
  ) {}

  /** Puts the answer in line, inside the caller's transaction; false where this number had its answer today. */
  async send(cry: CryForHelp): Promise<boolean> {
    const gateway = this.books.gateways.get(cry.gateway);
    if (!gateway?.channels.includes('sms')) return false;
    const now = this.clock.now();
    const run = await this.books.runs.forAnswers(this.county.startOfDay(now));
    const recipient = `a${cry.addressKey.slice(0, 31)}`;
    if (await this.database.one('SELECT id FROM deliveries WHERE runId = ? AND recipient = ?', [run.id, recipient]))
      return false;
    const message = this.books.messages.composeAnswer(this.config.settings.library.alarmAnswer, gateway);
    const [id, batchId] = [await this.ids.take('delivery', 1), await this.ids.take('batch', 1)];
    const cut = {
      runId: run.id,
      campaignId: run.campaignId,
      day: run.day,
      channel: 'sms',
      gateway: gateway.key,
      population: NOTHING,
      township: '',
      type: NOTHING,
      trick: NOTHING,
    };
    const row = {
      ...cut,
      id,
      batchId,
      recipient,
      step: 0,
      address: cry.address,
      addressKey: cry.addressKey,
      scriptVersionId: NO_SCRIPT,
      variables: message.variables,
      contentDigest: message.digest,
      why: 'answer',
      parts: message.parts,
      urgent: 1,
      status: 'pending',
      cost: Math.round(message.parts * gateway.costPerPart * 10_000),
      plannedAt: now,
    };
    await this.database.insert('deliveries', Object.keys(row), [Object.values(row)]);
    await this.books.batches.add([{ ...cut, id: batchId, step: 0, size: 1, priority: 0, dueAt: now }]);
    const counted = new Tally();
    counted.add(cut, { pending: 1 });
    await this.books.counters.apply(counted);
    await this.ledger.write({
      action: 'uplink.answer',
      subject: `uplink/${cry.uplinkId}`,
      by: CLOCK_ACTOR,
      detail: { delivery: id },
    });
    return true;
  }
}
