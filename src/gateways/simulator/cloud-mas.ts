import { z } from 'zod';
import { monthToSecond } from './county-time.js';
import {
  manyToMany,
  oneToMany,
  openEnvelope,
  pollBody,
  submitBody,
  submitMac,
  templateBody,
  templateMac,
  type Items,
} from './cloud-mas-envelope.js';
import { CloudMasOutbox } from './cloud-mas-outbox.js';
import { notFound, type Answer, type Asked, type Gateway } from './gateway.js';
import { smsFate } from './people.js';
import type { World } from './world.js';

export interface MasAccount {
  ecName: string;
  apId: string;
  secretKey: string;
}

export interface CloudMasOptions {
  /** The interface password of every account, unless `accounts` names the only ones. */
  secret: string;
  accounts?: MasAccount[];
  /** How the batch id is spelled in submit answers; both spellings were seen at the real one. */
  groupKey?: 'msgGroup' | 'mgsGroup';
  /** Which of the two status styles reports carry: as observed (CM:0000 + DELIVRD) or as documented (DELIVRD + empty). */
  statusStyle?: 'observed' | 'documented';
}

const ok = (body: object): Answer => ({ status: 200, body });

/** China Mobile Cloud MAS over HTTP: submits, pushed or polled reports, uplinks (reference §1). */
export class CloudMas implements Gateway {
  readonly name = 'cloud-mas';
  readonly outbox: CloudMasOutbox;
  // Unique across restarts too: a batch id of an earlier process must never come back.
  private batchNumber = Date.now() % 1_000_000_000_000;

  constructor(
    private readonly world: World,
    private readonly options: CloudMasOptions,
  ) {
    this.outbox = new CloudMasOutbox(world, options.statusStyle ?? 'observed');
  }

  handle({ method, path, body }: Asked): Answer {
    if (method !== 'POST') return { status: 405, body: { rspcod: 'IllegalProtocol', success: false } };
    switch (path) {
      case '/sms/norsubmit':
      case '/sms/submit':
        return this.submit(body);
      case '/sms/tmpsubmit':
        return this.submitTemplate(body);
      case '/sms/report':
        return this.poll(body, 'reports');
      case '/sms/deliver':
        return this.poll(body, 'uplinks');
      default:
        return notFound();
    }
  }

  busy(): Answer {
    return this.refuse('FlowOverLimit');
  }

  forget(): void {
    this.outbox.forget();
  }

  private submit(raw: Buffer): Answer {
    const parsed = submitBody.safeParse(openEnvelope(raw));
    if (!parsed.success) return this.refuse('InvalidMessage');
    const body = parsed.data;
    const refusal = this.checkCaller(body, (secret) => submitMac(body, secret));
    if (refusal) return refusal;
    return this.accept(body, body.mobiles === '' ? manyToMany(body.content) : oneToMany(body.mobiles, body.content));
  }

  private submitTemplate(raw: Buffer): Answer {
    const parsed = templateBody.safeParse(openEnvelope(raw));
    if (!parsed.success) return this.refuse('InvalidMessage');
    const body = parsed.data;
    const refusal = this.checkCaller(body, (secret) => templateMac(body, secret));
    if (refusal) return refusal;
    if (!/^[0-9A-Za-z]{1,64}$/.test(body.templateId)) return this.refuse('IllegalTemplateId');
    if (!isStringList(body.params)) return this.refuse('ParamsAndTemplateDoesNotMatch');
    if (body.mobiles === '') return this.refuse('NoMobile');
    return this.accept(body, oneToMany(body.mobiles, `${body.templateId} ${body.params}`));
  }

  /** Account before mac before signature code, as a gateway must: the mac cannot be checked without the account's secret. */
  private checkCaller(
    body: {
      ecName: string;
      apId: string;
      secretKey?: string | undefined;
      sign: string;
      addSerial: string;
      mac: string;
    },
    macWith: (secret: string) => string,
  ): Answer | undefined {
    const secret = this.secretOf(body.ecName, body.apId);
    if (secret === undefined || (body.secretKey !== undefined && body.secretKey !== secret)) {
      return this.refuse('InvalidUsrOrPwd', true);
    }
    if (body.mac !== macWith(secret)) return this.refuse('IllegalMac', true);
    if (body.sign === '') return this.refuse('NoSignId');
    if (!/^[0-9A-Za-z]{1,32}$/.test(body.sign)) return this.refuse('IllegalSignId');
    return /^\d{0,20}$/.test(body.addSerial) ? undefined : this.refuse('InvalidMessage');
  }

  private secretOf(ecName: string, apId: string): string | undefined {
    if (ecName === '' || apId === '') return undefined;
    if (!this.options.accounts) return this.options.secret;
    return this.options.accounts.find((one) => one.ecName === ecName && one.apId === apId)?.secretKey;
  }

  private accept(from: { ecName: string; apId: string; addSerial: string }, items: Items): Answer {
    if ('refusal' in items) return this.refuse(items.refusal);
    const { world, outbox } = this;
    const at = world.clock.now();
    this.batchNumber = (this.batchNumber + 1) % 1_000_000_000_000;
    const msgGroup = monthToSecond(at) + String(this.batchNumber).padStart(12, '0');
    const batch = { account: accountKey(from), msgGroup, addSerial: from.addSerial, at };
    for (const [to, content] of items.pairs) {
      const nth = world.accept({ gateway: this.name, to, content, at, callId: msgGroup });
      outbox.plan(batch, to, smsFate(world.seed, to, nth));
    }
    return { ...ok({ [this.groupKey]: msgGroup, rspcod: 'success', success: true }), isAccepted: true };
  }

  private poll(raw: Buffer, kind: 'reports' | 'uplinks'): Answer {
    const parsed = pollBody.safeParse(openEnvelope(raw));
    if (!parsed.success) return this.refuse('InvalidMessage');
    const { ecName, apId, secretKey } = parsed.data;
    if (secretKey !== this.secretOf(ecName, apId)) return this.refuse('InvalidUsrOrPwd', true);
    const items = this.outbox.poll(kind, accountKey(parsed.data));
    return items ? ok(items) : this.refuse('RequestTooOften');
  }

  private get groupKey(): string {
    return this.options.groupKey ?? 'msgGroup';
  }

  private refuse(rspcod: string, isForged = false): Answer {
    return { ...ok({ [this.groupKey]: '', rspcod, success: false }), isForged };
  }
}

const accountKey = ({ ecName, apId }: { ecName: string; apId: string }): string => JSON.stringify([ecName, apId]);

const stringList = z.array(z.string());

function isStringList(json: string): boolean {
  try {
    return stringList.safeParse(JSON.parse(json)).success;
  } catch {
    return false;
  }
}
