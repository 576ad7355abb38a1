import { describe, expect, it } from '@jest/globals';
import { Config, ConfigError, gatewaySchema, Vault, type TidecallConfig } from '../platform/index.js';
import { Gateways } from './gateways.service.js';

const vault = new Vault([Buffer.alloc(32, 1)], [Buffer.alloc(32, 2)]);

const mas = {
  key: 'mas',
  adapter: 'cloud-mas',
  settings: {
    baseUrl: 'http://127.0.0.1:4010/cloud-mas',
    ecName: '示例县公安局',
    apId: 'anti-fraud',
    secretKey: 'simulator-secret',
    sign: 'abcdef',
  },
  limits: { perSecond: 200, concurrent: 8, perDay: 500_000 },
  signature: '【示例公安】',
  costPerPart: 0.035,
  simulator: true,
};
const voice = {
  key: 'voice',
  adapter: 'aliyun-voice',
  settings: {
    baseUrl: 'http://127.0.0.1:4010/aliyun-voice',
    accessKeyId: 'demoAk',
    accessKeySecret: 'simulator-secret',
    ttsCode: 'TTS_1',
    timeoutMs: 2_000,
  },
  limits: { perSecond: 5_000 },
  simulator: true,
};

const gatewaysOf = (
  given: readonly object[],
  more: { synthetic?: boolean; practice?: boolean; publicUrl?: string } = {},
) => {
  const settings = {
    gateways: given.map((one) => gatewaySchema.parse(one)),
    synthetic: more.synthetic ?? false,
    practice: more.practice ?? false,
    dispatch: { timeout: 'PT30S' },
    server: { publicUrl: more.publicUrl ?? null },
  } as unknown as TidecallConfig;
  return new Gateways(new Config(settings, { port: 3000 } as Config['environment']), vault);
};

const mistakesOf = (
  given: readonly object[],
  more: { synthetic?: boolean; practice?: boolean } = {},
): readonly string[] => {
  try {
    gatewaysOf(given, more);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
};

describe('the gateways', () => {
  it('are built from the configuration, with the stricter limit of the two', () => {
    const gateways = gatewaysOf([mas, voice, { key: 'wechat', adapter: 'assisted-post' }]);
    expect(gateways.all().map(({ key }) => key)).toEqual(['mas', 'voice', 'wechat']);
    expect(gateways.get('mas')).toMatchObject({
      limits: { sameContent: 5000, ownContent: 999, perSecond: 200, concurrent: 8, perDay: 500_000 },
      signature: '【示例公安】',
      signatureBy: 'platform',
      costPerPart: 0.035,
      isSimulator: true,
      connection: { timeoutMs: 30_000, allowPrivate: true },
      receiptSources: ['127.0.0.1', '::1'],
    });
    expect(gateways.get('voice')).toMatchObject({
      limits: { perSecond: 1000, perAddress: [{ max: 1 }, { max: 5 }, { max: 20 }] },
      connection: { timeoutMs: 2_000 },
    });
    expect(gateways.get('nobody')).toBeNull();
  });

  it('lie outside of the house unless they are a simulator or their settings say otherwise', () => {
    const real = { ...mas, simulator: false, signature: '【海城公安】' };
    const allowed = (given: typeof mas) => gatewaysOf([given]).get('mas')?.connection.allowPrivate;
    expect(allowed(mas)).toBe(true);
    expect(allowed(real)).toBe(false);
    expect(allowed({ ...real, settings: { ...real.settings, allowPrivate: true } as typeof mas.settings })).toBe(true);
  });

  it('may be told to carry fewer a call, never more', () => {
    expect(gatewaysOf([{ ...mas, limits: { perBatch: 100 } }]).get('mas')?.limits).toMatchObject({
      sameContent: 100,
      ownContent: 100,
    });
    expect(gatewaysOf([{ ...mas, limits: { perBatch: 9_000 } }]).get('mas')?.limits).toMatchObject({
      sameContent: 5000,
      ownContent: 999,
    });
  });

  it('serve a channel, a platform, and the order that a campaign names', () => {
    const gateways = gatewaysOf([
      mas,
      { ...mas, key: 'mas-2' },
      { key: 'ding', adapter: 'dingtalk-robot' },
      { key: 'zzd', adapter: 'zhezhengding' },
      { key: 'wechat', adapter: 'assisted-post' },
    ]);
    const keys = (...of: Parameters<Gateways['serving']>) => gateways.serving(...of).map(({ key }) => key);
    expect(keys('sms')).toEqual(['mas', 'mas-2']);
    expect(keys('sms', undefined, ['mas-2', 'mas', 'ding', 'nobody'])).toEqual(['mas-2', 'mas']);
    expect(keys('chat', 'wechat')).toEqual(['wechat']);
    expect(keys('chat', 'zhezhengding')).toEqual(['zzd']);
    expect(keys('chat', 'wecom')).toEqual([]);
    expect(keys('visit')).toEqual([]);
  });

  it('have a receipt address of their own, the same after every start', () => {
    const gateways = gatewaysOf([mas, { ...voice, receiptToken: 'chosen-by-the-operator' }], {
      publicUrl: 'https://tidecall.county.example/',
    });
    expect(gateways.receiptToken('mas')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(gateways.receiptToken('mas')).toBe(gatewaysOf([mas]).receiptToken('mas'));
    expect(gateways.receiptUrl('voice')).toBe(
      'https://tidecall.county.example/api/v1/receipts/voice/chosen-by-the-operator',
    );
    expect(gatewaysOf([mas]).receiptUrl('mas')).toBe(
      `http://127.0.0.1:3000/api/v1/receipts/mas/${gateways.receiptToken('mas')}`,
    );
    expect(() => gateways.receiptToken('nobody')).toThrow();
  });
});

describe('a configuration that cannot be', () => {
  it('names every mistake with its place, and repeats no value', () => {
    const { apId: _, ...rest } = mas.settings;
    const mistakes = mistakesOf([
      { ...mas, settings: { ...rest, secretKey: 12_345_678, nonsense: 1 } },
      { key: 'x', adapter: 'pigeon' },
      { ...voice, settings: { ...voice.settings, signature: 'none' } },
    ]);
    expect(mistakes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^gateways\[0\]\.settings\.apId: /),
        expect.stringMatching(/^gateways\[0\]\.settings\.secretKey: /),
        expect.stringMatching(/^gateways\[0\]\.settings: .*nonsense/),
        expect.stringMatching(/^gateways\[1\]\.adapter: there is no adapter pigeon; there are cloud-mas, /),
        expect.stringMatching(/^gateways\[2\]\.settings\.signature: /),
      ]),
    );
    expect(mistakes.join()).not.toContain('12345678');
  });

  it('calls a simulator what is on another machine', () => {
    const away = { ...mas, settings: { ...mas.settings, baseUrl: 'https://mas.example:28888' } };
    expect(mistakesOf([away])).toEqual([
      'gateways[0].simulator: a simulator runs on this machine, and mas.example:28888 does not',
    ]);
    expect(mistakesOf([{ key: 'ding', adapter: 'dingtalk-robot', simulator: true }])).toHaveLength(1);
    expect(mistakesOf([{ ...mas, settings: { ...mas.settings, baseUrl: 'http://[::1]:4010/cloud-mas' } }])).toEqual([]);
    expect(
      mistakesOf([{ ...mas, settings: { ...mas.settings, baseUrl: 'http://127.0.0.1.example:4010' } }]),
    ).toHaveLength(1);
  });

  it("hands made-up people to a real gateway, or signs for the demo's office", () => {
    const real = { ...mas, simulator: false };
    expect(mistakesOf([real], { synthetic: true }).join()).toMatch(
      /gateways\[0\]\.simulator: .*gateways\[0\]\.signature: /,
    );
    expect(mistakesOf([{ ...real, signature: '【嵊泗公安】' }])).toEqual([]);
    expect(mistakesOf([{ ...real, settings: { ...mas.settings, baseUrl: 'https://mas.example' } }])).toEqual([
      expect.stringContaining('gateways[0].signature'),
    ]);
    expect(mistakesOf([{ key: 'visit', adapter: 'visit' }], { synthetic: true })).toEqual([]);
  });

  it('rehearses with a real gateway, under its own name, or lets a real one sign as a rehearsal', () => {
    const practice = { synthetic: true, practice: true };
    expect(mistakesOf([{ ...mas, signature: '【演练】' }], practice)).toEqual([]);
    expect(mistakesOf([{ ...mas, signature: '【嵊泗公安】' }], practice)).toEqual([
      expect.stringContaining('gateways[0].signature'),
    ]);
    expect(mistakesOf([{ ...mas, simulator: false, signature: '【演练】' }], practice).join()).toMatch(
      /gateways\[0\]\.simulator: .*gateways\[0\]\.signature: /,
    );
    const real = { ...mas, simulator: false, settings: { ...mas.settings, baseUrl: 'https://mas.example' } };
    expect(mistakesOf([{ ...real, signature: '【公安演练】' }])).toEqual([
      expect.stringContaining('gateways[0].signature'),
    ]);
  });

  it('pins a certificate through a proxy', () => {
    const settings = { ...mas.settings, proxy: 'http://127.0.0.1:3128', certificateSha256: 'ab'.repeat(32) };
    expect(mistakesOf([{ ...mas, simulator: false, signature: '【嵊泗公安】', settings }])).toEqual([
      expect.stringContaining('certificateSha256'),
    ]);
  });
});
