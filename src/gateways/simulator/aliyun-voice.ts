import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readCall, type Call } from './aliyun-call.js';
import { authenticate } from './aliyun-caller.js';
import { callFate, type CallFate } from './callees.js';
import { plainTime } from './county-time.js';
import { notFound, type Answer, type Asked, type Gateway } from './gateway.js';
import type { Ack, Lane } from './lane.js';
import { CalleeLimit, NonceMemory } from './limits.js';
import type { World } from './world.js';

const VERSION = '2017-05-25';
const SIGNATURE_GOOD_FOR_MS = 15 * 60_000;
const RETRY_AFTER_MS = [60_000, 300_000, 600_000];
const REPORTS_PER_PUSH = 50;

interface Ended {
  call: Call;
  callId: string;
  acceptedAt: number;
  fate: CallFate;
}

/** Aliyun dyvmsapi SingleCallByTts with VoiceReport receipts (reference §5.1, §5.2). */
export class AliyunVoice implements Gateway {
  readonly name = 'aliyun-voice';
  private readonly callees = new CalleeLimit();
  private readonly nonces = new NonceMemory();
  private readonly lane: Lane<Ended>;
  private callNumber = Date.now() % 1_000_000_000_000;

  constructor(
    private readonly world: World,
    private readonly options: { secret: string },
  ) {
    this.lane = world.courier.lane({
      perPush: REPORTS_PER_PUSH,
      retryAfterMs: RETRY_AFTER_MS,
      push: (ended) => this.report(ended),
    });
  }

  handle(asked: Asked): Answer {
    if (asked.path !== '/' && asked.path !== '') return notFound();
    const caller = authenticate(asked, this.options.secret);
    if ('code' in caller) return this.refuse(asked, caller.code, caller.message, caller.isForged);
    const now = this.world.clock.now();
    if (!(Math.abs(now - caller.signedAt) <= SIGNATURE_GOOD_FOR_MS)) {
      return this.refuse(asked, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.', true);
    }
    if (!this.nonces.use(caller.nonce, now)) {
      return this.refuse(asked, 'SignatureNonceUsed', 'Specified signature nonce was used already.', true);
    }
    if (caller.version !== VERSION)
      return this.refuse(asked, 'InvalidVersion', 'Specified parameter Version is not valid.');
    if (caller.action !== 'SingleCallByTts') {
      return { ...this.refuse(asked, 'InvalidAction.NotFound', 'Specified api is not found.'), status: 404 };
    }
    const call = readCall(caller.params);
    if ('code' in call) return this.answer(call.code, call.message);
    return this.callees.take(call.callee, now) ? this.place(call, now) : this.busy();
  }

  busy(): Answer {
    return this.answer('isv.BUSINESS_LIMIT_CONTROL', '触发业务流控限制');
  }

  forget(): void {
    this.callees.clear();
    this.nonces.clear();
  }

  private place(call: Call, at: number): Answer {
    this.callNumber = (this.callNumber + 1) % 1_000_000_000_000;
    const callId = `${String(this.callNumber).padStart(12, '0')}^${100_000_000_000 + (this.callNumber % 9_973)}`;
    const nth = this.world.accept({ gateway: this.name, to: call.callee, content: call.content, at, callId });
    const fate = callFate(this.world.seed, call.callee, nth);
    const ended: Ended = { call, callId, acceptedAt: at, fate };
    for (const due of this.world.receiptTimes(this.name, at, fate)) this.lane.schedule(due, ended);
    return { ...this.answer('OK', 'OK', { CallId: callId }), isAccepted: true };
  }

  private answer(Code: string, Message: string, more: object = {}): Answer {
    return { status: 200, body: { Code, Message, RequestId: randomUUID().toUpperCase(), ...more } };
  }

  private refuse(asked: Asked, Code: string, Message: string, isForged = false): Answer {
    const HostId = asked.headers.host ?? '';
    return { status: 400, body: { RequestId: randomUUID().toUpperCase(), HostId, Code, Message }, isForged };
  }

  private async report(ended: Ended[]): Promise<Ack> {
    const url = this.world.callbacks.get('aliyun-voice');
    if (!url) return 'kept';
    const { status, body } = await this.world.pusher.post(url, ended.map(reportOf));
    return status === 200 && acknowledged.safeParse(parsed(body)).success ? 'taken' : 'failed';
  }
}

const acknowledged = z.object({ code: z.literal(0) });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One VoiceReport; times are Beijing time, empty where the call was never connected; `duration` is in seconds. */
function reportOf({ call, callId, acceptedAt, fate }: Ended): object {
  const startAt = acceptedAt + fate.ringMs;
  const isAnswered = fate.smartStatusCode === 'ANSWERED';
  return {
    call_id: callId,
    out_id: call.outId,
    caller: call.caller,
    callee: call.callee,
    originate_time: plainTime(acceptedAt),
    ring_time: fate.ringMs < 3_000 ? '' : plainTime(acceptedAt + 1_000),
    start_time: isAnswered ? plainTime(startAt) : '',
    end_time: isAnswered ? plainTime(startAt + fate.durationS * 1_000) : '',
    duration: String(fate.durationS),
    status_code: fate.statusCode,
    status_msg: fate.statusMsg,
    smart_status_code: fate.smartStatusCode,
    ...(fate.dtmf && { dtmf: fate.dtmf }),
    hangup_direction: fate.hangupDirection,
    voice_type: 'voice',
    toll_type: '',
    early_media_code: '',
    dialog_id: '',
    extend: '',
  };
}
