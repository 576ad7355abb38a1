import { z } from 'zod';
import { monthToSecond } from './county-time.js';
import {
  loginBody,
  manyToMany,
  oneToMany,
  openEnvelope,
  pollBody,
  sdkBody,
  sdkMac,
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

/** An approved template; its places in braces. */
export interface MasTemplate {
  id: string;
  wording: string;
}

export interface CloudMasOptions {
  /** The interface password of every account, unless `accounts` names the only ones. */
  secret: string;
  accounts?: MasAccount[];
  /** How the batch id is spelled in submit answers; both spellings were seen at the real one. */
  groupKey?: 'msgGroup' | 'mgsGroup';
  /** Which of the two status styles reports carry: as observed (CM:0000 + DELIVRD) or as documented (DELIVRD + empty). */
  statusStyle?: 'observed' | 'documented';
  /** The only templates; absent: any id goes, and its message is shown as id and parameters. */
  templates?: MasTemplate[];
}

/** Where signing in sends its caller. */
const SDK_PATH = '/sdk';

const ok = (body: object): Answer => ({ status: 200, body });

/** China Mobile Cloud MAS over HTTP: submits, pushed or polled reports, uplinks (reference §1). */
export class CloudMas implements Gateway {
  readonly name = 'cloud-mas';
  readonly outbox: CloudMasOutbox;
  // Unique across restarts too: a batch id of an earlier process must never come back.
  private readonly signedIn = new Set<string>();
  private batchNumber = Date.now() % 1_000_000_000_000;

  constructor(
    private readonly world: World,
    private readonly options: CloudMasOptions,
  ) {
    this.outbox = new CloudMasOutbox(world, options.statusStyle ?? 'observed');
  }

  handle({ method, path, body, headers }: Asked): Answer {
    if (method !== 'POST') return { status: 405, body: { rspcod: 'IllegalProtocol', success: false } };
    switch (path) {
      case '/sms/norsubmit':
      case '/sms/submit':
        return this.submit(body);
      case '/sms/tmpsubmit':
        return this.submitTemplate(body);
      case '/sms/login':
        return this.login(body, headers.host ?? '127.0.0.1');
      case `${SDK_PATH}/sms/submit`:
        return this.submitFromSdk(body);
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
    this.signedIn.clear();
    this.outbox.forget();
  }

  private submit(raw: Buffer): Answer {
    const parsed = submitBody.safeParse(openEnvelope(raw));
    if (!parsed.success) return this.refuse('InvalidMessage');
    const body = parsed.data;
    const refusal = this.checkCaller(body, (secret) => submitMac(body, secret));
    if (refusal) return refusal;
    return this.accept(
      body,
      body.mobiles === '' ? manyToMany(body.content) : oneToMany(body.mobiles.split(','), body.content),
    );
  }

  private submitTemplate(raw: Buffer): Answer {
    const parsed = templateBody.safeParse(openEnvelope(raw));
    if (!parsed.success) return this.refuse('InvalidMessage');
    const body = parsed.data;
    const refusal = this.checkCaller(body, (secret) => templateMac(body, secret));
    if (refusal) return refusal;
    const text = this.templateText(body.templateId, body.params);
    if ('refusal' in text) return this.refuse(text.refusal);
    if (body.mobiles === '') return this.refuse('NoMobile');
    return this.accept(body, oneToMany(body.mobiles.split(','), text.text));
  }

  /** Signing in: no password, it stands in the macs of what follows. */
  private login(raw: Buffer, host: string): Answer {
    const parsed = loginBody.safeParse(openEnvelope(raw));
    if (!parsed.success) return ok({ success: false, rspcod: 'InvalidMessage' });
    const { ecName, apId } = parsed.data;
    if (this.secretOf(ecName, apId) === undefined)
      return { ...ok({ success: false, rspcod: 'InvalidUsrOrPwd' }), isForged: true };
    this.signedIn.add(accountKey({ ecName, apId }));
    return ok({ success: true, rspcod: 'success', sysflag: '1', url: `http://${host}/${this.name}${SDK_PATH}` });
  }

  /** The SDK's submit: the caller names the batch, and reports come under that name. */
  private submitFromSdk(raw: Buffer): Answer {
    const parsed = sdkBody.safeParse(openEnvelope(raw));
    if (!parsed.success) return this.refuse('InvalidMessage');
    const body = parsed.data;
    const { ecName, apId, apReqId, srcId: addSerial, serviceId: sign, mac } = body;
    if (!this.signedIn.has(accountKey(body))) return this.refuse('IllegalState');
    const refusal = this.checkCaller({ ecName, apId, sign, addSerial, mac }, (secret) => sdkMac(body, secret));
    if (refusal) return refusal;
    if (!/^[0-9A-Za-z]{32}$/.test(apReqId)) return this.refuse('InvalidMessage');
    const text =
      body.templateId === undefined ? { text: body.content } : this.templateText(body.templateId, body.content);
    if ('refusal' in text) return this.refuse(text.refusal);
    if (body.mobiles.length === 0) return this.refuse('NoMobile');
    return this.accept({ ecName, apId, addSerial }, oneToMany(body.mobiles, text.text), apReqId);
  }

  /** The text that a template makes of its parameters. */
  private templateText(templateId: string, params: string): { text: string } | { refusal: string } {
    if (!/^[0-9A-Za-z]{1,64}$/.test(templateId)) return { refusal: 'IllegalTemplateId' };
    const given = stringsIn(params);
    if (!given) return { refusal: 'ParamsAndTemplateDoesNotMatch' };
    if (!this.options.templates) return { text: `${templateId} ${params}` };
    const template = this.options.templates.find(({ id }) => id === templateId);
    if (!template) return { refusal: 'IllegalTemplateId' };
    const literals = template.wording.split(/\{[^{}]+\}/);
    const places = literals.length - 1;
    const fits = places === 0 ? given.length === 1 && given[0] === '' : given.length === places;
    if (!fits) return { refusal: 'ParamsAndTemplateDoesNotMatch' };
    return { text: literals.map((literal, i) => literal + (i < places ? given[i] : '')).join('') };
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

  /** `named`: by the caller; otherwise the platform names the batch. */
  private accept(from: { ecName: string; apId: string; addSerial: string }, items: Items, named?: string): Answer {
    if ('refusal' in items) return this.refuse(items.refusal);
    const { world, outbox } = this;
    const at = world.clock.now();
    this.batchNumber = (this.batchNumber + 1) % 1_000_000_000_000;
    const number = monthToSecond(at) + String(this.batchNumber).padStart(12, '0');
    const msgGroup = named ?? number;
    const batch = { account: accountKey(from), msgGroup, addSerial: from.addSerial, at };
    for (const [to, content] of items.pairs) {
      const nth = world.accept({ gateway: this.name, to, content, at, callId: msgGroup });
      outbox.plan(batch, to, smsFate(world.seed, to, nth));
    }
    const id = named === undefined ? { [this.groupKey]: msgGroup } : { msgId: number };
    return { ...ok({ ...id, rspcod: 'success', success: true }), isAccepted: true };
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

function stringsIn(json: string): string[] | undefined {
  try {
    return stringList.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
