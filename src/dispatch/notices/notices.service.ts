import { Injectable, Logger } from '@nestjs/common';
import { Gateways, type Gateway, type ItemOutcome } from '../../gateways/index.js';
import { Clock, Config, ConfigError, Database, IdBlocks, minutes, type NoticeConfig } from '../../platform/index.js';
import { GatewayLine } from '../send/gateway-line.service.js';
import type { Notice } from './notice.js';
import { NoticeSources } from './notice-sources.service.js';

const LOOK_EVERY = minutes(1);
/** After a refusal that certainly let nothing through the notice may go again. */
const CERTAINLY_NOT_SENT = new Set(['unreachable', 'throttled']);

/**
 * Tells the people concerned, by a robot or by e-mail: nobody has to look. Outside of every count, once at most to each target
 * (its row stands before the call), and never in anybody's way: what fails is logged, and nothing waits for it. The kill switch
 * holds for notices too.
 */
@Injectable()
export class Notices {
  private readonly log = new Logger('Notices');
  private lookedAt = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly ids: IdBlocks,
    private readonly gateways: Gateways,
    private readonly line: GatewayLine,
    private readonly sources: NoticeSources,
  ) {
    const mistakes = config.settings.notices.flatMap(({ gateway: key, to }, i) => {
      const gateway = gateways.get(key);
      const isRight =
        gateway?.channels.includes('email' in to ? 'email' : 'chat') && gateway.adapter.transport !== 'task';
      return isRight ? [] : [`notices[${i}].gateway: ${key} carries no ${'email' in to ? 'e-mail' : 'robot message'}`];
    });
    if (mistakes.length > 0) throw new ConfigError(mistakes);
  }

  /** Gives what is new, once a minute; true where something was given. */
  async work(): Promise<boolean> {
    const now = this.clock.now();
    const { notices } = this.config.settings;
    if (notices.length === 0 || Math.abs(now - this.lookedAt) < LOOK_EVERY) return false;
    this.lookedAt = now;
    let given = 0;
    for (const [target, entry] of notices.entries()) {
      const gateway = this.gateways.get(entry.gateway);
      if (!gateway || (await this.isStopped(entry.gateway))) continue;
      for (const about of entry.for)
        for (const notice of await this.sources.of(about))
          if (await this.give(notice, { target, entry, gateway })) given += 1;
    }
    return given > 0;
  }

  private async isStopped(gateway: string): Promise<boolean> {
    const stopped = await this.database.one(
      "SELECT gateway FROM gateway_states WHERE gateway IN (?, '*') AND (stoppedAt IS NOT NULL OR faultAt IS NOT NULL)",
      [gateway],
    );
    return stopped !== null;
  }

  private async give(
    notice: Notice,
    { target, entry, gateway }: { target: number; entry: NoticeConfig; gateway: Gateway },
  ): Promise<boolean> {
    const row = [notice.source, target];
    const isKnown = await this.database.one('SELECT status FROM notices WHERE source = ? AND target = ?', row);
    if (isKnown) return false;
    const columns = ['source', 'target', 'status', 'at'];
    if ((await this.database.insert('notices', columns, [[...row, 'calling', this.clock.now()]], 'ignore')) === 0)
      return false;
    const outcome = await this.call(notice, entry, gateway);
    const fault = 'fault' in outcome ? outcome.fault : null;
    if (fault && CERTAINLY_NOT_SENT.has(fault.cause)) {
      await this.database.execute('DELETE FROM notices WHERE source = ? AND target = ?', row);
      return false;
    }
    const status = fault ? (fault.cause === 'uncertain' ? 'uncertain' : 'failed') : 'given';
    if (fault) this.log.warn(`notice ${notice.source} by ${gateway.key}: ${fault.code}`);
    await this.database.execute('UPDATE notices SET status = ?, code = ? WHERE source = ? AND target = ?', [
      status,
      fault?.code.slice(0, 64) ?? null,
      ...row,
    ]);
    return !fault;
  }

  /** A call like any other, but for its numbers, which belong to no delivery. */
  private async call(notice: Notice, { to }: NoticeConfig, gateway: Gateway): Promise<ItemOutcome> {
    const [callId, deliveryId] = [await this.ids.take('call', 1), await this.ids.take('delivery', 1)];
    const address = 'email' in to ? to.email : JSON.stringify(to);
    const item = { deliveryId, to: address, title: notice.title, text: notice.text };
    const uncertain = (note: string): ItemOutcome => ({
      deliveryId,
      fault: { cause: 'uncertain', code: 'notice', note },
    });
    try {
      const { items } = await this.line.call(gateway, { callId, requestId: `n${callId}`, items: [item] });
      return items[0] ?? uncertain('no answer');
    } catch (error) {
      return uncertain(error instanceof Error ? error.name : 'unknown');
    }
  }
}
