import { Injectable, Logger } from '@nestjs/common';
import { Gateways, type Gateway, type ItemOutcome } from '../../gateways/index.js';
import {
  Alarms,
  Clock,
  Config,
  ConfigError,
  Database,
  IdBlocks,
  minutes,
  type NoticeConfig,
} from '../../platform/index.js';
import { GatewayLine } from '../send/gateway-line.service.js';
import { ConcernedUsers } from './concerned-users.service.js';
import { FieldWorkers } from './field-workers.service.js';
import { NoticeSources } from './notice-sources.service.js';

const LOOK_EVERY = minutes(1);
/** After a refusal that certainly let nothing through the notice goes again at the next look, as often as need be. */
const CERTAINLY_NOT_SENT = new Set(['unreachable', 'throttled']);
/** Anything else is tried again a few times: a colleague who reads a notice twice is better off than one who reads none. */
const TRIES = 3;
const AGAIN_AFTER = minutes(5);
const UNDELIVERED = 'notice_undelivered';

interface Target {
  readonly index: number;
  readonly gateway: Gateway;
}

/** A notice on its way to one address; its text is made when it is certain that it goes. */
interface Letter {
  readonly source: string;
  readonly address: string;
  readonly title: string;
  compose(): Promise<string>;
}

/** A text message says who speaks: the platform adds it, or we do. */
const signedFor = ({ signature, signatureBy }: Gateway, text: string): string =>
  signatureBy === 'client' && signature ? `${signature}${text}` : text;

const CARRIED = {
  email: { channel: 'email', what: 'e-mail' },
  sms: { channel: 'sms', what: 'text messages' },
  zhezhengding: { channel: 'chat', what: 'robot message' },
} as const;
const carrying = (to: NoticeConfig['to']) => {
  if ('users' in to) return CARRIED[to.users];
  if ('fieldWorkers' in to) return CARRIED.sms;
  return 'email' in to ? CARRIED.email : CARRIED.zhezhengding;
};

/**
 * Tells the people concerned, by a robot, by e-mail or each at their own contact: nobody has to look. Outside of every count, a row a notice and target
 * (it stands before the call), and never in anybody's way: nothing waits for it. What fails is tried again and is an alarm. The kill switch
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
    private readonly alarms: Alarms,
    private readonly workers: FieldWorkers,
    private readonly users: ConcernedUsers,
  ) {
    const mistakes = config.settings.notices.flatMap(({ gateway: key, to }, i) => {
      const gateway = gateways.get(key);
      const { channel, what } = carrying(to);
      const isRight = gateway?.channels.includes(channel) && gateway.adapter.transport !== 'task';
      return isRight ? [] : [`notices[${i}].gateway: ${key} carries no ${what}`];
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
    for (const [index, entry] of notices.entries()) {
      const gateway = this.gateways.get(entry.gateway);
      if (!gateway || (await this.isStopped(entry.gateway))) continue;
      const target = { index, gateway };
      for (const letter of await this.letters(entry, gateway)) if (await this.give(letter, target)) given += 1;
    }
    return given > 0;
  }

  private async letters({ for: about, to }: NoticeConfig, gateway: Gateway): Promise<Letter[]> {
    if ('fieldWorkers' in to)
      return (await this.workers.toTell()).map(({ source, phone, compose }) => ({
        source,
        address: phone,
        title: '潮信：任务',
        compose: async () => signedFor(gateway, await compose()),
      }));
    if ('users' in to) return this.personal(about, to.users, gateway);
    const address = 'email' in to ? to.email : JSON.stringify(to);
    const letters: Letter[] = [];
    for (const one of about)
      for (const { source, title, text } of await this.sources.of(one))
        letters.push({ source, address, title, compose: () => Promise.resolve(text) });
    return letters;
  }

  /** One letter a notice and person concerned; who has no such contact is told by another entry, or in the console. */
  private async personal(
    about: NoticeConfig['for'],
    way: 'email' | 'sms' | 'zhezhengding',
    gateway: Gateway,
  ): Promise<Letter[]> {
    const letters: Letter[] = [];
    for (const one of about) {
      for (const { source, title, text, concerns } of await this.sources.of(one)) {
        if (!concerns) continue;
        const said = way === 'sms' ? signedFor(gateway, text) : text;
        for (const { userId, address } of await this.users.of(concerns, way))
          letters.push({ source: `${source}:${userId}`, address, title, compose: () => Promise.resolve(said) });
      }
    }
    return letters;
  }

  private async isStopped(gateway: string): Promise<boolean> {
    const stopped = await this.database.one(
      "SELECT gateway FROM gateway_states WHERE gateway IN (?, '*') AND (stoppedAt IS NOT NULL OR faultAt IS NOT NULL)",
      [gateway],
    );
    return stopped !== null;
  }

  private async give(letter: Letter, target: Target): Promise<boolean> {
    const key = [letter.source, target.index] as const;
    if (!(await this.isOurs(key))) return false;
    const outcome = await this.call(letter, target.gateway);
    const fault = 'fault' in outcome ? outcome.fault : null;
    const status = fault ? (CERTAINLY_NOT_SENT.has(fault.cause) ? 'waiting' : 'failed') : 'given';
    await this.database.execute('UPDATE notices SET status = ?, code = ? WHERE source = ? AND target = ?', [
      status,
      fault?.code.slice(0, 64) ?? null,
      ...key,
    ]);
    await this.show(target, fault?.code ?? null);
    return !fault;
  }

  /** Takes a notice in hand: a new one, or one that did not go through and may be tried again. */
  private async isOurs(key: readonly [string, number]): Promise<boolean> {
    const now = this.clock.now();
    const columns = ['source', 'target', 'status', 'at'];
    if ((await this.database.insert('notices', columns, [[...key, 'calling', now]], 'ignore')) > 0) return true;
    const known = await this.database.one<{ status: string; at: number; tries: number }>(
      'SELECT status, at, tries FROM notices WHERE source = ? AND target = ?',
      key,
    );
    if (!known || known.status === 'given') return false;
    const [at, tries] = [Number(known.at), Number(known.tries)];
    // What is `calling` for so long was left behind by a process that died.
    const isDue = known.status === 'waiting' || (tries < TRIES && now - at >= AGAIN_AFTER);
    if (!isDue) return false;
    const taken = await this.database.execute(
      "UPDATE notices SET status = 'calling', at = ?, tries = ? WHERE source = ? AND target = ? AND tries = ? AND at = ?",
      [now, known.status === 'waiting' ? tries : tries + 1, ...key, tries, at],
    );
    return taken === 1;
  }

  /** Who is not told has to be seen by others: an alarm as long as nothing goes through to a target. */
  private async show({ index, gateway }: Target, code: string | null): Promise<void> {
    const subject = `notices/${index}`;
    if (code === null) return this.alarms.clear(UNDELIVERED, subject);
    this.log.warn(`a notice by ${gateway.key} did not go through: ${code}`);
    return this.alarms.raise(UNDELIVERED, subject, `第 ${index + 1} 项通知（网关 ${gateway.key}）未能送达：${code}`);
  }

  /** A call like any other, but for its numbers, which belong to no delivery. */
  private async call({ address, title, compose }: Letter, gateway: Gateway): Promise<ItemOutcome> {
    const [callId, deliveryId] = [await this.ids.take('call', 1), await this.ids.take('delivery', 1)];
    const item = { deliveryId, to: address, title, text: await compose() };
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
