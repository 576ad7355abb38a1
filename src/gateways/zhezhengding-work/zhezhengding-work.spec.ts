import { describe, expect, it } from '@jest/globals';
import { adapterContract, at, callOf, context } from '../../../test/contract/adapter-contract.js';
import type { CallOutcome, FaultCause, HttpAdapter } from '../contract.js';
import { gatewaySignature, nonceOf, timestampOf } from './sign.js';
import { zhezhengdingWork } from './zhezhengding-work.js';

const given = {
  baseUrl: 'http://127.0.0.1:4010/zhezhengding',
  appKey: 'demo-app-key',
  appSecret: 'demo-app-secret',
  tenantId: '123456',
};
const item = { deliveryId: 7, to: JSON.stringify({ accountId: '1001' }), title: '潮信：告警', text: '网关无法连接' };
const failed = (cause: FaultCause, code: string, note: string): CallOutcome => ({
  items: [{ deliveryId: 7, fault: { cause, code, note } }],
});
const accepted = { ref: 'm1', items: [{ deliveryId: 7, ref: 'm1' }] };

adapterContract(zhezhengdingWork, {
  settings: given,
  items: [item],
  replies: [
    {
      name: 'taken',
      body: { success: true, content: { success: true, content: { msgId: 'm1' } } },
      expected: accepted,
    },
    {
      name: 'taken, the content as text',
      body: { success: true, content: '{"success":true,"content":"{\\"msgId\\":\\"m1\\"}"}' },
      expected: accepted,
    },
    {
      name: 'a wrong signature',
      body: { success: false, errorCode: '401', errorMsg: 'Invalid signature' },
      expected: failed(
        'settings',
        '401',
        'application key, signature, tenant or permission do not fit: Invalid signature',
      ),
    },
    {
      name: 'nobody of that name, inside a success',
      body: { success: true, content: { success: false, responseMessage: '接收人不存在' } },
      expected: failed('recipient', 'receiver', 'no such receiver: 接收人不存在'),
    },
    {
      name: 'words that nobody knows',
      body: { success: false, errorCode: 'X', errorMsg: 'new' },
      expected: failed('refused', 'X', 'refused: new'),
    },
    {
      name: 'neither yes nor a reason',
      body: { success: false },
      expected: failed('uncertain', 'HTTP 200', 'the answer cannot be read; it may have been sent'),
    },
  ],
});

describe('the signature of 浙政钉', () => {
  const common = { timestamp: '2026-01-05T09:30:15.000+08:00', nonce: '17676054150001234' };
  const secret = 'demo-app-secret';

  it('agrees with the worked examples', () => {
    const work = {
      msg: '{"msgtype":"text","text":{"content":"反诈提醒"}}',
      receiverIds: '1001,1002',
      tenantId: '123456',
      bizMsgId: 'job-1-part-1',
    };
    const sign = (method: 'GET' | 'POST', path: string, params: Record<string, string>) =>
      gatewaySignature({ ...common, method, path, params }, secret);
    expect(sign('POST', '/message/workNotification', work)).toBe('DsCdzjDh2EkPPljfq4rJ1yS5VzEkd/+qzemCPhfZsRk=');
    expect(sign('GET', '/gettoken.json', { appkey: 'demo-app-key', appsecret: 'demo-app-secret' })).toBe(
      'wEiY6xHAJErBcs0YxhM1t8DZwkGSIGzPo5i4doR7kUg=',
    );
    expect(sign('GET', '/gettoken.json', {})).toBe('+9sdfw8rRafkKB+8Td6nTJDlN7Tlz5ku50ne9H9MN7o=');
  });

  it("writes China's time and a nonce of 17 digits", () => {
    expect(timestampOf(at)).toBe(common.timestamp);
    expect(nonceOf(at, 'ffffffff00')).toMatch(/^\d{17}$/);
  });

  it('signs raw values and sends encoded ones', () => {
    const adapter = zhezhengdingWork as HttpAdapter<unknown>;
    const text = '余额 & 验证码 = 不告诉别人';
    const own = adapter.settings.parse({ ...given, clientIp: '10.0.0.1' });
    const { headers, body, url } = adapter.encode(callOf({ ...item, text }), own, context);
    expect(url).toBe('http://127.0.0.1:4010/zhezhengding/message/workNotification');
    const params = Object.fromEntries(new URLSearchParams(body));
    expect(params).toMatchObject({ receiverIds: '1001', tenantId: '123456', bizMsgId: callOf().requestId });
    expect(JSON.parse(params.msg!)).toEqual({ msgtype: 'markdown', markdown: { title: '潮信：告警', text } });
    expect(headers['x-hmac-auth-signature']).toBe(
      gatewaySignature(
        {
          method: 'POST',
          path: '/message/workNotification',
          timestamp: headers['x-hmac-auth-timestamp']!,
          nonce: headers['x-hmac-auth-nonce']!,
          params,
        },
        secret,
      ),
    );
    expect(headers['x-hmac-auth-ip']).toBe('10.0.0.1');
  });

  it.each(['x', '{}', '{"accountId":"a b"}', '{"webhook":"https://oapi.dingtalk.com"}'])(
    'refuses the address %j',
    (to) => {
      expect(zhezhengdingWork.refuses?.({ ...item, to }, given)).toMatchObject({ cause: 'recipient', code: 'account' });
    },
  );
});
