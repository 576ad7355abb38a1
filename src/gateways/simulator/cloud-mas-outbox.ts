import { compactTime, plainTime } from './county-time.js';
import type { Ack, Lane } from './lane.js';
import type { SmsFate } from './people.js';
import type { World } from './world.js';

/** The batch that a message came in; `at` in epoch ms. */
export interface MasBatch {
  account: string;
  msgGroup: string;
  addSerial: string;
  at: number;
}

interface Planned {
  batch: MasBatch;
  mobile: string;
  /** When it happened, which stays the same however often it is pushed. */
  at: number;
  isNoted?: boolean;
  code?: string;
  reply?: string;
}

const MAX_POLLED = 1_000;
const MIN_POLL_GAP_MS = 5_000;
const SERVICE_CODE = '1065700000';
/** The real one's rule is not known; these are Kannel's, the mildest that was seen. */
const RETRY_AFTER_MS = [2_000, 2_000, 2_000];

/** What Cloud MAS says later: reports and uplinks, one object a push, or kept until they are polled. */
export class CloudMasOutbox {
  private readonly lane: Lane<Planned>;
  private kept = { reports: new Map<string, Planned[]>(), uplinks: new Map<string, Planned[]>() };
  private lastPollAt = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly statusStyle: 'observed' | 'documented',
  ) {
    this.lane = world.courier.lane({
      perPush: 1,
      retryAfterMs: RETRY_AFTER_MS,
      push: ([planned]) => (planned ? this.send(planned) : 'kept'),
    });
  }

  plan(batch: MasBatch, mobile: string, fate: SmsFate): void {
    const times = this.world.receiptTimes('cloud-mas', batch.at, fate);
    for (const at of times) this.lane.schedule(at, { batch, mobile, at, code: fate.code });
    // People answer what they have read, whether or not the network's report survives.
    const readAt = times[0] ?? batch.at + (fate.delayMs ?? 0);
    if (fate.reply) this.answer(batch, mobile, { text: fate.reply.text, at: readAt + fate.reply.afterMs });
  }

  /** Somebody texts back at `at` (epoch ms); a test may make anybody do so. */
  answer(batch: Pick<MasBatch, 'account' | 'addSerial'>, mobile: string, reply: { text: string; at: number }): void {
    const whole: MasBatch = { account: batch.account, addSerial: batch.addSerial, msgGroup: '', at: reply.at };
    this.lane.schedule(reply.at, { batch: whole, mobile, at: reply.at, reply: reply.text });
  }

  /** Up to 1,000 kept items of an account, which are then gone; undefined within five seconds of the last call. */
  poll(kind: 'reports' | 'uplinks', account: string): object[] | undefined {
    const now = this.world.clock.now();
    const last = this.lastPollAt.get(kind + account);
    if (last !== undefined && now >= last && now - last < MIN_POLL_GAP_MS) return undefined;
    this.lastPollAt.set(kind + account, now);
    const items = this.kept[kind].get(account)?.splice(0, MAX_POLLED) ?? [];
    return items.map((planned) => this.itemOf(planned));
  }

  forget(): void {
    this.kept = { reports: new Map(), uplinks: new Map() };
    this.lastPollAt.clear();
  }

  private async send(planned: Planned): Promise<Ack> {
    const isUplink = planned.reply !== undefined;
    if (isUplink && !planned.isNoted) {
      planned.isNoted = true;
      this.world.noteUplink({ from: planned.mobile, text: planned.reply ?? '', at: planned.at });
    }
    const url = this.world.callbacks.get('cloud-mas');
    if (url) return (await this.world.pusher.post(url, this.itemOf(planned))).status < 300 ? 'taken' : 'failed';
    const kept = this.kept[isUplink ? 'uplinks' : 'reports'];
    const list = kept.get(planned.batch.account) ?? [];
    list.push(planned);
    kept.set(planned.batch.account, list);
    return 'kept';
  }

  private itemOf(planned: Planned): object {
    return planned.reply === undefined ? this.reportOf(planned) : uplinkOf(planned);
  }

  private reportOf({ batch, mobile, at, code = '' }: Planned): object {
    const isDelivered = code === 'DELIVRD';
    const [reportStatus, errorCode] =
      this.statusStyle === 'documented'
        ? [isDelivered ? 'DELIVRD' : 'UNDELIV', isDelivered ? '' : code]
        : [isDelivered ? 'CM:0000' : code, code];
    return {
      errorCode,
      mobile,
      msgGroup: batch.msgGroup,
      receiveDate: compactTime(at),
      reportStatus,
      submitDate: compactTime(batch.at),
    };
  }
}

const uplinkOf = ({ batch, mobile, at, reply = '' }: Planned): object => ({
  smsContent: reply,
  mobile,
  sendTime: plainTime(at),
  addSerial: SERVICE_CODE + batch.addSerial,
});
