import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { templateMac } from './cloud-mas-envelope.js';
import { base64, given, masBody, MORNING, type Given } from './given.js';

const ON = '13800000001';
const text = '【示例】不要转账';
let here: Given;

beforeEach(async () => {
  here = await given();
  await here.setClock(MORNING);
});
afterEach(() => here.close());

const submit = (mobiles: string, content = text, changes: object = {}) =>
  here.post('/cloud-mas/sms/norsubmit', masBody({ mobiles, content }, changes));
const phones = (count: number): string[] => Array.from({ length: count }, (_, i) => String(13_900_000_000 + i));

describe('submitting', () => {
  it('accepts one text for many and names the batch by the county time', async () => {
    const { status, json } = await submit(`${ON},13800000011`);
    expect(status).toBe(200);
    expect(json).toEqual({ msgGroup: expect.stringMatching(/^0105093015\d{12}$/), rspcod: 'success', success: true });
    const { json: stats } = await here.get('/_sim/stats');
    expect(stats['cloud-mas']).toEqual({
      requests: 1,
      messages: 2,
      recipients: 2,
      duplicates: 0,
      rejectedSignatures: 0,
    });
    const { json: messages } = await here.get(`/_sim/messages?gateway=cloud-mas&to=${ON}`);
    expect(messages).toEqual({
      items: [
        { gateway: 'cloud-mas', to: ON, content: text, at: '2026-01-05T01:30:15.000Z', callId: json['msgGroup'] },
      ],
      nextCursor: null,
    });
  });

  it('gives every batch a name of its own, in the same second too', async () => {
    const groups = await Promise.all(phones(20).map(async (phone) => (await submit(phone)).json['msgGroup']));
    expect(new Set(groups).size).toBe(20);
  });

  it('takes a body without the password, but not with a wrong one or a wrong mac', async () => {
    expect((await submit(ON, text, { secretKey: undefined })).json['rspcod']).toBe('success');
    expect((await submit(ON, text, { secretKey: 'other' })).json['rspcod']).toBe('InvalidUsrOrPwd');
    expect((await submit(ON, text, { mac: '0'.repeat(32) })).json).toEqual({
      msgGroup: '',
      rspcod: 'IllegalMac',
      success: false,
    });
    expect((await submit(ON, text, { content: `${text}!` })).json['rspcod']).toBe('IllegalMac');
    const { json } = await here.get('/_sim/stats');
    expect(json['cloud-mas']).toMatchObject({ messages: 1, rejectedSignatures: 3 });
  });

  it('refuses an upper-case mac', async () => {
    const body = JSON.parse(Buffer.from(masBody({ mobiles: ON, content: text }), 'base64').toString()) as {
      mac: string;
    };
    const { json } = await here.post('/cloud-mas/sms/norsubmit', base64({ ...body, mac: body.mac.toUpperCase() }));
    expect(json['rspcod']).toBe('IllegalMac');
  });

  it.each([
    ['JSON around the Base64', JSON.stringify(masBody({ mobiles: ON, content: text })), 'InvalidMessage'],
    ['plain JSON', '{"ecName":"x"}', 'InvalidMessage'],
    ['nothing', '', 'InvalidMessage'],
    ['a field missing', base64({ ecName: 'x' }), 'InvalidMessage'],
    ['no signature code', masBody({ mobiles: ON, content: text, ...{ sign: '' } }), 'NoSignId'],
    ['an odd signature code', masBody({ mobiles: ON, content: text, ...{ sign: '【局】' } }), 'IllegalSignId'],
    [
      'an extension that is no number',
      masBody({ mobiles: ON, content: text, ...{ addSerial: 'a' } }),
      'InvalidMessage',
    ],
    ['one number twice', masBody({ mobiles: `${ON},${ON}`, content: text }), 'DupMobile'],
    ['a landline', masBody({ mobiles: '05801234567', content: text }), 'InvalidMobile'],
    ['an empty text', masBody({ mobiles: ON, content: '' }), 'InvalidMessage'],
    ['too long a text', masBody({ mobiles: ON, content: '长'.repeat(5_001) }), 'ExceedMaxContentLength'],
  ])('refuses %s', async (_, body, rspcod) => {
    const { status, json } = await here.post('/cloud-mas/sms/submit', body);
    expect({ status, rspcod: json['rspcod'], success: json['success'] }).toEqual({
      status: 200,
      rspcod,
      success: false,
    });
    expect((await here.get('/_sim/messages')).json['items']).toEqual([]);
  });

  it('takes 5000 numbers and not one more', async () => {
    expect((await submit(phones(5_000).join(','))).json['rspcod']).toBe('success');
    expect((await submit(phones(5_001).join(','))).json['rspcod']).toBe('TooManyMobiles');
  });

  it('takes fewer than 1000 texts of their own, and sees a number given twice', async () => {
    const many = (count: number) =>
      JSON.stringify(Object.fromEntries(phones(count).map((phone) => [phone, `您好 ${phone}`])));
    expect((await submit('', many(999))).json['rspcod']).toBe('success');
    expect((await submit('', many(1_000))).json['rspcod']).toBe('TooManyMobiles');
    expect((await submit('', '{"13800000011":"a \\"13800000012\\": b","13800000011":"c"}')).json['rspcod']).toBe(
      'DupMobile',
    );
    expect((await submit('', '{"13800000011":"他说 \\"13800000011\\": 别信"}')).json['rspcod']).toBe('success');
    expect((await submit('', '["13800000011"]')).json['rspcod']).toBe('InvalidMessage');
    expect((await submit('', '{}')).json['rspcod']).toBe('NoMobile');
    const { json } = await here.get('/_sim/messages?to=13900000998');
    expect(json['items']).toMatchObject([{ content: '您好 13900000998' }]);
  });

  it('takes a template with parameters in a string', async () => {
    const fields = {
      ecName: '示例局',
      apId: 'ap',
      sign: 'abc',
      addSerial: '',
      mac: '',
      templateId: 'a1',
      mobiles: ON,
      params: '["张"]',
    };
    const send = (more: object) => {
      const body = { ...fields, ...more };
      return here.post('/cloud-mas/sms/tmpsubmit', base64({ ...body, mac: templateMac(body, 'simulator-secret') }));
    };
    expect((await send({})).json['rspcod']).toBe('success');
    expect((await send({ params: '{"a":1}' })).json['rspcod']).toBe('ParamsAndTemplateDoesNotMatch');
    expect((await send({ templateId: '' })).json['rspcod']).toBe('IllegalTemplateId');
    expect((await send({ params: ['张'] as unknown as string })).json['rspcod']).toBe('InvalidMessage');
    expect((await here.get('/_sim/messages')).json['items']).toMatchObject([{ to: ON, content: 'a1 ["张"]' }]);
  });

  it('counts the same text to the same number again', async () => {
    await submit(ON);
    await submit(ON);
    await submit(ON, `${text} 又一条`);
    expect((await here.get('/_sim/stats')).json['cloud-mas']).toMatchObject({ messages: 3, duplicates: 1 });
  });
});

describe('known accounts only', () => {
  it('refuses everybody else', async () => {
    const strict = await given({ masAccounts: [{ ecName: '示例局', apId: 'ap', secretKey: 'another' }] });
    const { json } = await strict.post(
      '/cloud-mas/sms/norsubmit',
      masBody({ mobiles: ON, content: text }, { secretKey: undefined }),
    );
    expect(json['rspcod']).toBe('IllegalMac');
    const stranger = await strict.post(
      '/cloud-mas/sms/norsubmit',
      masBody({ mobiles: ON, content: text, ...{ apId: 'no' } }),
    );
    expect(stranger.json['rspcod']).toBe('InvalidUsrOrPwd');
    await strict.close();
  });
});

describe('reports', () => {
  it('pushes one object a report when the clock passes it, with the time of the report', async () => {
    const { json } = await submit(`${ON},13800000002,13800000003,13800000004,13800000005`);
    expect(here.received).toEqual([]);
    const moved = await here.setClock('2026-01-05T01:32:15Z');
    expect(moved.json).toMatchObject({
      at: '2026-01-05T01:32:15.000Z',
      pushed: 4,
      failed: 0,
      pending: 0,
      nextDueAt: null,
    });
    const report = (mobile: string, reportStatus: string, errorCode: string) => ({
      path: '/mas',
      body: {
        errorCode,
        mobile,
        msgGroup: json['msgGroup'],
        receiveDate: '20260105093017',
        reportStatus,
        submitDate: '20260105093015',
      },
    });
    const sorted = [...here.received].sort((one, other) =>
      JSON.stringify(one.body) < JSON.stringify(other.body) ? -1 : 1,
    );
    const expected = [
      report('13800000004', 'CM:8004', 'CM:8004'),
      report(ON, 'CM:0000', 'DELIVRD'),
      report('13800000002', 'MI:0024', 'MI:0024'),
      report('13800000003', 'MK:0001', 'MK:0001'),
    ];
    expect(sorted).toEqual(expected);
  });

  it('keeps them for polling when nobody is called back, one call in five seconds', async () => {
    await here.post('/_sim/callbacks', { gateway: 'cloud-mas', url: null });
    await submit(`${ON},13800000007`);
    const poll = (secretKey = 'simulator-secret') =>
      here.post('/cloud-mas/sms/report', base64({ ecName: '示例局', apId: 'ap', secretKey }));
    expect((await poll()).text).toBe('[]');
    expect((await poll()).json['rspcod']).toBe('RequestTooOften');
    expect((await poll('wrong')).json['rspcod']).toBe('InvalidUsrOrPwd');
    await here.setClock('2026-01-05T01:31:15Z');
    expect(JSON.parse((await poll()).text)).toHaveLength(3);
    await here.setClock('2026-01-05T01:31:20Z');
    expect((await poll()).text).toBe('[]');
  });

  it('speaks the documented style where it is asked to', async () => {
    const other = await given({ masStatusStyle: 'documented', masGroupKey: 'mgsGroup' });
    await other.setClock(MORNING);
    await other.post('/_sim/callbacks', { gateway: 'cloud-mas', url: `${other.receiverUrl}/x` });
    const { json } = await other.post('/cloud-mas/sms/norsubmit', masBody({ mobiles: ON, content: text }));
    expect(json['mgsGroup']).toMatch(/^\d{22}$/);
    await other.setClock('2026-01-05T01:32:15Z');
    expect(other.received).toMatchObject([{ path: '/x', body: { reportStatus: 'DELIVRD', errorCode: '' } }]);
    await other.close();
  });
});

describe('uplinks', () => {
  it('pushes what somebody answers', async () => {
    await here.post('/_sim/uplinks', { from: ON, text: '退订', addSerial: '12' });
    await here.setClock('2026-01-05T01:30:16Z');
    expect(here.received).toEqual([
      {
        path: '/mas',
        body: { smsContent: '退订', mobile: ON, sendTime: '2026-01-05 09:30:15', addSerial: '106570000012' },
      },
    ]);
    expect((await here.get(`/_sim/uplinks?from=${ON}`)).json['items']).toHaveLength(1);
  });

  it('lets a few of many people answer within half an hour of the report', async () => {
    await submit(phones(5_000).join(','));
    const { json } = await here.setClock('2026-01-05T02:05:00Z');
    const replies = here.received.filter(({ body }) => 'smsContent' in (body as object));
    expect(replies.length).toBeGreaterThan(5);
    expect(replies.length).toBeLessThan(45);
    const reports = here.received.length - replies.length;
    expect(reports).toBeGreaterThan(4_830);
    expect(reports).toBeLessThan(4_960);
    expect(json['pushed']).toBe(here.received.length);
  });
});
