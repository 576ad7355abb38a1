import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type {
  Adapter,
  CallContext,
  CallItem,
  CallOutcome,
  GatewayCall,
  HttpAdapter,
  Push,
  Receipt,
  Uplink,
} from '../../src/gateways/contract.js';
import { FAULT_CAUSES, RECEIPT_OUTCOMES } from '../../src/gateways/contract.js';
import { readPush, readReply, type Answered } from '../../src/gateways/read-reply.js';

export const at = Date.UTC(2026, 0, 5, 1, 30, 15);

export const context: CallContext = {
  at,
  nonce: '0123456789abcdef0123456789abcdef',
  receiptUrl: 'http://127.0.0.1:3000/api/v1/receipts/key/receipt-token-0001',
};

export const callOf = (...items: readonly CallItem[]): GatewayCall => ({
  callId: 77,
  requestId: 'r0000000000000000000000000000077',
  items,
});

export const smsItems: readonly CallItem[] = [
  { deliveryId: 11, to: '13800000001', text: '不转账，有疑问拨打96110' },
  { deliveryId: 12, to: '13800000002', text: '不转账，有疑问拨打96110' },
];

export const replyOf = (body: unknown, status = 200): Answered => ({
  kind: 'reply',
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const pushOf = (body: unknown, more: Partial<Push> = {}): Push => ({
  method: 'POST',
  headers: {},
  query: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receivedAt: at,
  ...more,
});

/** What an adapter's own spec brings along; the suite adds what every adapter must hold. */
export interface ContractCase {
  /** Settings as the YAML has them. */
  readonly settings: Record<string, unknown>;
  /** Items of one call as large as the adapter makes them. */
  readonly items: readonly CallItem[];
  readonly replies: readonly {
    readonly name: string;
    readonly body: unknown;
    readonly status?: number;
    readonly expected: CallOutcome;
  }[];
  readonly pushes?: readonly {
    readonly name: string;
    readonly push: Push;
    readonly receipts?: readonly Receipt[];
    readonly uplinks?: readonly Uplink[];
  }[];
  /** Pushes that somebody else could send. */
  readonly forged?: readonly { readonly name: string; readonly push: Push }[];
  /** A push with a status code that nobody knows. */
  readonly unknownCode?: { readonly push: Push; readonly code: string };
}

const commonReplies: readonly (readonly [name: string, body: string, status: number])[] = [
  ['nothing', '', 200],
  ['a page', '<html><body>502 Bad Gateway</body></html>', 200],
  ['broken JSON', '{"code":', 200],
  ['null', 'null', 200],
  ['an empty object', '{}', 200],
  ['an empty list', '[]', 200],
  ['a bare text', '"ok"', 200],
  ['a redirect', '', 302],
  ['not found', 'Not Found', 404],
  ['a failure', 'oops', 500],
  ['a bad gateway', '<html></html>', 502],
  ['out of service', '', 503],
  ['a gateway timeout', '', 504],
  ['too many requests', '', 429],
];

const deliveries = (outcome: CallOutcome): number[] =>
  outcome.items.map(({ deliveryId }) => deliveryId).sort((a, b) => a - b);
const causesOf = (outcome: CallOutcome): string[] =>
  outcome.items.map((item) => ('fault' in item ? item.fault.cause : 'accepted'));

/** The suite that every adapter passes (house rule: gateways classify, never decide, and never throw at what comes from outside). */
export function adapterContract(adapter: Adapter, given: ContractCase): void {
  describe(`${adapter.id} as an adapter`, () => {
    declaration(adapter, given);
    if (adapter.transport === 'http') http(adapter, given);
    receiving(adapter, given);
  });
}

function declaration(adapter: Adapter, given: ContractCase): void {
  it('takes its settings, refuses unknown ones, and names what is missing', () => {
    const read = adapter.settings.safeParse(given.settings);
    expect(read.error).toBeUndefined();
    expect(adapter.settings.safeParse({ ...given.settings, nonsense: 1 }).success).toBe(false);
    for (const secret of adapter.secrets) {
      if (!(secret in given.settings)) continue;
      const bad = adapter.settings.safeParse({ ...given.settings, [secret]: 5 });
      expect(bad.error?.issues.map((issue) => issue.path.join('.'))).toContain(secret);
      expect(JSON.stringify(bad.error?.issues)).not.toContain(String(given.settings[secret]));
    }
  });

  it('takes the settings of the connection that all adapters have', () => {
    const more = { timeoutMs: 5_000, proxy: 'http://127.0.0.1:3128' };
    expect(adapter.settings.safeParse({ ...given.settings, ...more }).success).toBe(true);
  });

  it('serves at least one recipient a call, and has a name for everybody', () => {
    expect(adapter.limits.sameContent).toBeGreaterThan(0);
    expect(adapter.limits.ownContent).toBeGreaterThan(0);
    expect(adapter.title.zh).not.toBe('');
    expect(adapter.title.en).not.toBe('');
  });
}

function http(adapter: HttpAdapter<unknown>, given: ContractCase): void {
  const settings = adapter.settings.parse(given.settings);
  const call = callOf(...given.items);
  const wanted = call.items.map(({ deliveryId }) => deliveryId).sort((a, b) => a - b);
  const secrets = adapter.secrets
    .map((name) => given.settings[name])
    .filter((value): value is string => typeof value === 'string');

  it('writes the same call as the same request, to a declared host', () => {
    const request = adapter.encode(call, settings, context);
    expect(adapter.encode(call, settings, context)).toEqual(request);
    expect(adapter.hosts(settings)).toContain(new URL(request.url).host);
  });

  it('finds nothing against its own sample', () => {
    expect(call.items.map((item) => adapter.refuses?.(item, settings) ?? null)).toEqual(call.items.map(() => null));
  });

  it.each(given.replies.map((row) => [row.name, row] as const))('reads: %s', (_, { body, status, expected }) => {
    expect(readReply(adapter, call, settings, replyOf(body, status))).toEqual(expected);
  });

  it.each(commonReplies)('takes %s for no acceptance, and accounts for everybody once', (_, body, status) => {
    const outcome = readReply(adapter, call, settings, replyOf(body, status));
    expect(deliveries(outcome)).toEqual(wanted);
    expect(causesOf(outcome)).not.toContain('accepted');
    if (status === 429) expect(new Set(causesOf(outcome))).toEqual(new Set(['throttled']));
    if (status === 500 || status === 502) expect(new Set(causesOf(outcome))).toEqual(new Set(['uncertain']));
  });

  it('accounts for everybody once, whatever comes back', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.base64String(),
      fc.object().map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(bodies, fc.integer({ min: 200, max: 599 }), (body, status) => {
        const outcome = readReply(adapter, call, settings, replyOf(body, status));
        expect(deliveries(outcome)).toEqual(wanted);
        for (const item of outcome.items) if ('fault' in item) expect(FAULT_CAUSES).toContain(item.fault.cause);
      }),
      { numRuns: 300 },
    );
  });

  it('repeats no secret and no number in what it says of a refusal', () => {
    const echo = [
      ...secrets,
      ...call.items.map(({ to }) => to),
      ...given.replies.map(({ body }) => JSON.stringify(body)),
    ].join(' ');
    for (const { body, status } of given.replies) {
      const said = JSON.stringify(readReply(adapter, call, settings, replyOf(withWords(body, echo), status)));
      for (const secret of secrets) expect(said).not.toContain(secret);
      for (const { to } of call.items) expect(said).not.toContain(to);
    }
  });
}

/** The same answer with every text in it that is no code replaced by one that repeats what it was asked. */
const withWords = (body: unknown, words: string): unknown =>
  typeof body !== 'object' || body === null
    ? body
    : Object.fromEntries(
        Object.entries(body).map(([name, value]) => [
          name,
          /^(?:errmsg|message|msg|reason|note|error)$/i.test(name) && typeof value === 'string' ? words : value,
        ]),
      );

function receiving(adapter: Adapter, given: ContractCase): void {
  const settings = adapter.settings.parse(given.settings);
  const { pushes = [], forged = [], unknownCode } = given;

  if (pushes.length > 0) {
    it.each(pushes.map((row) => [row.name, row] as const))(
      'receives: %s',
      (_, { push, receipts = [], uplinks = [] }) => {
        const received = readPush(adapter, push, settings);
        expect(received).toMatchObject({ receipts, uplinks });
        expect(received?.reply.status).toBe(200);
        expect(readPush(adapter, push, settings)).toEqual(received);
      },
    );
  } else {
    it('receives nothing', () => {
      expect(adapter.promises.receipts === 'push' || adapter.promises.receipts === 'both').toBe(false);
      expect(readPush(adapter, pushOf({ anything: 1 }), settings)).toBeNull();
    });
  }

  if (forged.length > 0) {
    it.each(forged.map((row) => [row.name, row] as const))('refuses: %s', (_, { push }) => {
      expect(readPush(adapter, push, settings)).toBeNull();
    });
  }

  if (unknownCode) {
    it('keeps a code that nobody knows, as unknown', () => {
      expect(readPush(adapter, unknownCode.push, settings)?.receipts).toEqual([
        expect.objectContaining({ outcome: 'unknown', code: unknownCode.code }),
      ]);
    });
  }

  it('never throws at a push, and takes no garbage for a receipt', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.base64String(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    );
    const text = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(bodies, text, fc.constantFrom('GET' as const, 'POST' as const), (body, query, method) => {
        const received = adapter.receive?.(pushOf(body, { query, method, headers: query }), settings) ?? null;
        for (const receipt of received?.receipts ?? []) expect(RECEIPT_OUTCOMES).toContain(receipt.outcome);
      }),
      { numRuns: 500 },
    );
    for (const body of [
      '',
      '{}',
      '[]',
      'null',
      '0',
      '"x"',
      '[[[[]]]]',
      '{"a":[1,2,{"b":null}]}',
      'a=b&c=d',
      '<xml/>',
    ]) {
      expect(readPush(adapter, pushOf(body), settings)).toBeNull();
    }
  });
}
