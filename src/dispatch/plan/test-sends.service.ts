import { Injectable } from '@nestjs/common';
import { Accounts, type Actor } from '../../accounts/index.js';
import { GroupChats } from '../../audience/index.js';
import { Campaigns, Runs } from '../../campaigns/index.js';
import { Gateways, type Channel, type Gateway } from '../../gateways/index.js';
import type { Script } from '../../library/index.js';
import {
  Clock,
  CountyTime,
  Database,
  err,
  IdBlocks,
  Ledger,
  ok,
  readPhone,
  Vault,
  type InputMistake,
  type Result,
} from '../../platform/index.js';
import { Counters, Tally } from '../counters.repository.js';
import { Batches } from '../send/batches.repository.js';
import { Messages } from '../messages.service.js';
import { PlanContexts } from './contexts.service.js';
import { DELIVERY_INSERT, deliveryRow } from './page-rows.js';
import type { PlanStep } from './plan-context.js';

interface Ask {
  readonly to: string;
  readonly channel: Channel;
  readonly trick?: string | undefined;
}

interface Target {
  readonly address: { readonly sealed: string; readonly key: string | null };
  readonly gateway: Gateway;
}

const mistake = (path: string, code: string, message: string) =>
  err('cannotSend', { path, code, message } satisfies InputMistake);

/** What a test send asks of other rooms. */
@Injectable()
export class TestRooms {
  constructor(
    readonly accounts: Accounts,
    readonly campaigns: Campaigns,
    readonly runs: Runs,
    readonly chats: GroupChats,
    readonly gateways: Gateways,
    readonly messages: Messages,
    readonly vault: Vault,
  ) {}
}

/**
 * A test to the officer's own verified phone, or to a group chat: marked as a test in its text, in a run of its own kind that
 * no count includes.
 */
@Injectable()
export class TestSends {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly ids: IdBlocks,
    private readonly ledger: Ledger,
    private readonly contexts: PlanContexts,
    private readonly batches: Batches,
    private readonly counters: Counters,
    private readonly rooms: TestRooms,
  ) {}

  async send(campaignId: string, ask: Ask, by: Actor): Promise<Result<number, 'notFound' | 'cannotSend'>> {
    const found = await this.rooms.campaigns.latest(campaignId, by.scope);
    if (!found) return err('notFound');
    const now = this.clock.now();
    const context = await this.contexts.of({
      run: { id: '', campaignId, occurrence: now, seed: `test:${campaignId}:${now}` },
      definition: ask.trick
        ? { ...found.definition, assignment: { policy: 'fixed', tricks: [ask.trick] } }
        : found.definition,
      township: found.township,
    });
    const step = context.steps.find((s) => s.channel === ask.channel);
    if (!step) return mistake('/channel', 'channel_not_used', 'The campaign does not use this channel.');
    const target = await this.target(ask, step, by);
    if (!target.ok) return target;
    const nobody = { populations: [], tags: [], township: '', language: 'zh', heard: new Map() };
    const assigned = step.assign({ key: `t${by.id}`, ...nobody });
    if ('skip' in assigned)
      return mistake('/trick', 'no_script', 'There is no approved script for it on this channel.');
    return ok(await this.write({ campaignId, version: found.version, step, target: target.value, assigned, by }));
  }

  private async target(ask: Ask, step: PlanStep, by: Actor): Promise<Result<Target, 'cannotSend'>> {
    if (ask.channel === 'chat') return this.chat(ask.to, step, by);
    if (ask.channel !== 'sms' && ask.channel !== 'voice')
      return mistake('/channel', 'no_test', 'A test goes by SMS, voice or to a group chat.');
    const phone = readPhone(ask.to);
    if (!phone || !(await this.rooms.accounts.hasVerifiedPhone(by.id, phone.number))) {
      return mistake('/to', 'phone_not_verified', 'A test goes only to a phone that is verified as yours.');
    }
    const gateway = step.gateways[0];
    if (!gateway) return mistake('/channel', 'no_gateway', 'No gateway serves this channel.');
    return ok({
      address: { sealed: this.rooms.vault.seal(phone.number), key: this.rooms.vault.index('phone', phone.number) },
      gateway,
    });
  }

  private async chat(id: string, step: PlanStep, by: Actor): Promise<Result<Target, 'cannotSend'>> {
    const chat = await this.rooms.chats.get(id, by.scope);
    const webhook = this.rooms.vault.openOrNull(chat?.robotWebhook);
    const gateway = step.gateways.find(
      (g) => g.platforms.some((p) => p === chat?.platform) && g.adapter.transport === 'http',
    );
    if (!chat || !webhook || !gateway)
      return mistake('/to', 'no_robot', 'This group chat has no robot that a gateway can post by.');
    const secret = this.rooms.vault.openOrNull(chat.robotSecret);
    return ok({
      address: { sealed: this.rooms.vault.seal(JSON.stringify({ webhook, ...(secret ? { secret } : {}) })), key: null },
      gateway,
    });
  }

  private async write(test: {
    campaignId: string;
    version: number;
    step: PlanStep;
    target: Target;
    assigned: { script: Script; why: string };
    by: Actor;
  }): Promise<number> {
    const { step, target, assigned, by } = test;
    const { gateway } = target;
    const message = this.rooms.messages.composeTest(assigned.script, gateway);
    const [id, batchId] = [await this.ids.take('delivery', 1), await this.ids.take('batch', 1)];
    const now = this.clock.now();
    await this.database.transaction(async () => {
      const run = await this.rooms.runs.startTest(test.campaignId, test.version, by);
      const context = {
        runId: run.id,
        campaignId: test.campaignId,
        day: this.county.dayNumber(now),
        isUrgent: true,
        now,
      };
      const send = {
        kind: 'send' as const,
        step,
        recipient: `t${by.id}`,
        personId: null,
        groupChatId: null,
        population: 'test',
        township: '',
        address: target.address,
        gateway,
        script: assigned.script,
        message,
        why: assigned.why,
        slot: { ...step.slot, expiresAt: null },
        suffixMonth: step.channel === 'sms' && this.rooms.messages.hasSuffixes ? step.slot.month : null,
        sentence: null,
        headCount: null,
      };
      await this.database.insert('deliveries', DELIVERY_INSERT, [deliveryRow(context, id, batchId, send)]);
      await this.batches.add([
        {
          id: batchId,
          runId: run.id,
          campaignId: test.campaignId,
          gateway: gateway.key,
          channel: step.channel,
          step: step.index,
          size: 1,
          priority: 0,
          dueAt: now,
        },
      ]);
      const counted = new Tally();
      counted.add(
        {
          ...context,
          channel: step.channel,
          gateway: gateway.key,
          population: send.population,
          township: '',
          type: send.script.type,
          trick: send.script.trick,
        },
        { pending: 1 },
      );
      await this.counters.apply(counted);
      await this.ledger.write({
        action: 'campaign.testSend',
        subject: `campaign/${test.campaignId}`,
        by: { id: by.id, name: by.name },
        detail: { delivery: id, channel: step.channel, trick: assigned.script.trick },
      });
    });
    return id;
  }
}
