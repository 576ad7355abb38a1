import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';
import { adapterContract, at, context, pushOf } from '../../../test/contract/adapter-contract.js';
import { MailWire, type Database } from '../../platform/index.js';
import type { MailAdapter } from '../contract.js';
import { readMailReply } from '../read-reply.js';
import { smtp } from './smtp.js';

const given = {
  host: '127.0.0.1',
  port: 2525,
  user: 'office',
  pass: 'mail-secret',
  from: '反诈中心 <office@county.example>',
};
const adapter = smtp as MailAdapter<unknown>;
const settingsOf = (more: object = {}) => adapter.settings.parse({ ...given, ...more });
const item = {
  deliveryId: 4711,
  to: 'person@example.org',
  title: '防骗提醒',
  text: '凡要求转账的都是诈骗。\n请挂断。\n\n咨询 96110 <b>',
};

const sample = (name: string) => readFileSync(`test/contract/mails/${name}.eml`, 'utf8');
const reported = Date.parse('Tue, 24 Nov 2026 10:30:04 +0000');
const pushed = (text: string) => pushOf(text, { receivedAt: reported + 1_000 });
const written = (...lines: string[]) => pushOf(`${lines.join('\r\n')}\r\n\r\n`);
const answered = (subject: string, ...body: string[]) =>
  pushOf(
    ['From: person@example.org', `Subject: ${subject}`, 'In-Reply-To: <td3mv@county.example>', '', ...body].join(
      '\r\n',
    ),
  );
const NO_WORDS = '（无正文文字，请在邮箱中查看）';

adapterContract(smtp, {
  settings: given,
  items: [item],
  replies: [],
  pushes: [
    {
      name: "a relay's report of a mailbox that does not exist (Postfix)",
      push: pushed(sample('postfix-failed')),
      receipts: [
        {
          deliveryId: 4711,
          to: 'nobody-here@county.example',
          outcome: 'undelivered',
          code: 'failed 5.1.1',
          at: reported,
          badNumber: true,
        },
      ],
    },
    {
      name: 'handed on to an alias, which is no delivery yet (Postfix)',
      push: pushed(sample('postfix-expanded')),
      receipts: [
        { deliveryId: 4712, to: 'good@county.example', outcome: 'unknown', code: 'expanded 2.0.0', at: reported },
      ],
    },
    {
      name: 'delivered, known by the Message-ID of the mail alone',
      push: pushed(
        sample('postfix-expanded')
          .replace('Action: expanded', 'Action: delivered')
          .replace('Original-Envelope-Id: td3mw\n', '')
          .replaceAll('\n', '\r\n'),
      ),
      receipts: [
        { deliveryId: 4712, to: 'good@county.example', outcome: 'delivered', code: 'delivered 2.0.0', at: reported },
      ],
    },
    {
      name: '"unsubscribe", as a mail program sends it',
      push: written('From: =?GBK?B?1cXI/Q==?= <Person@Example.org>', 'Subject: unsubscribe', 'Message-ID: <1@x>'),
      uplinks: [{ from: 'person@example.org', text: '退订', at, id: '<1@x>' }],
    },
    {
      name: 'a mail of somebody, with its own subject and text',
      push: pushOf(
        'From: person@example.org\r\nSubject: =?GB2312?B?ztLXqtXLwcs=?= =?UTF-8?Q?=EF=BC=81?=\r\n\r\n请回电\r\n-- \r\n张三\r\n',
      ),
      uplinks: [{ from: 'person@example.org', text: '我转账了！\n请回电', statements: ['我转账了！', '请回电'], at }],
    },
    {
      name: 'a refusal as the subject',
      push: written('From: person@example.org', 'Subject: =?UTF-8?B?6YCA6K6i?='),
      uplinks: [{ from: 'person@example.org', text: '退订', statements: ['退订'], at }],
    },
    {
      name: 'a refusal above our message, as a mail program of here answers it',
      push: answered(
        '回复：凡要求转账的都是诈骗',
        '退订',
        '',
        '------------------ 原始邮件 ------------------',
        '发件人: "反诈中心"',
        '凡要求转账的都是诈骗。',
      ),
      uplinks: [{ from: 'person@example.org', text: '退订', statements: ['凡要求转账的都是诈骗', '退订'], at }],
    },
    {
      name: 'a refusal in one of two forms, in the charset of here',
      push: pushOf(
        [
          'From: person@example.org',
          'Subject: Re: =?UTF-8?B?6Ziy6aqX5o+Q6YaS?=',
          'Content-Type: multipart/alternative; boundary="b1"',
          '',
          '--b1',
          'Content-Type: text/plain; charset="gb18030"',
          'Content-Transfer-Encoding: base64',
          '',
          'zcu2qQ0KDQo+ILfA',
          '--b1',
          'Content-Type: text/html; charset="gb18030"',
          '',
          '<p>no</p>',
          '--b1--',
        ].join('\r\n'),
      ),
      uplinks: [{ from: 'person@example.org', text: '退订', statements: ['防骗提醒', '退订'], at }],
    },
    ...['Re: 凡要求转账的都是诈骗', '答复: 回复：我被骗了怎么办', '凡要求转账的都是诈骗'].map((subject) => ({
      name: `"${subject}": an answer that only quotes us, which says nothing of its sender`,
      push: answered(
        subject,
        '收到，谢谢',
        '',
        'On Tue, Nov 24, 2026, office <office@county.example> wrote:',
        '> 转账',
      ),
      uplinks: [
        {
          from: 'person@example.org',
          text: '收到，谢谢',
          statements: [subject.replace(/^(?:Re: |答复: 回复：)/, ''), '收到，谢谢'],
          at,
        },
      ],
    })),
    {
      name: 'a line that was made to be long to look through',
      push: written('From: person@example.org', 'Subject: x', '', `on <${'@'.repeat(900_000)}`),
      uplinks: [
        {
          from: 'person@example.org',
          text: `x\non <${'@'.repeat(194)}`,
          statements: ['x', `on <${'@'.repeat(196)}`],
          at,
        },
      ],
    },
    {
      name: 'a long story, of which the beginning is shown and the end is looked through too',
      push: answered(
        'Re: 防骗提醒',
        `${'我昨天接到一个电话。'.repeat(50)}后来我转账了`,
        '',
        '> 凡要求转账的都是诈骗。',
      ),
      uplinks: [
        {
          from: 'person@example.org',
          text: '我昨天接到一个电话。'.repeat(20),
          beyond: `${'我昨天接到一个电话。'.repeat(32)}后来我转账了`,
          at,
        },
      ],
    },
    {
      name: 'an answer without a word of its own',
      push: answered('Re: 转账', '> 凡要求转账的都是诈骗。'),
      uplinks: [{ from: 'person@example.org', text: NO_WORDS, statements: ['转账'], at }],
    },
    {
      name: 'an absence note, which nobody wrote',
      push: written('From: person@example.org', 'Subject: away', 'Auto-Submitted: auto-replied'),
    },
  ],
  forged: [
    { name: 'a mail of nobody', push: written('Subject: unsubscribe') },
    { name: 'a GET', push: pushOf('', { method: 'GET' }) },
  ],
});

describe('a mail', () => {
  it('says the same in text and in plain HTML, and how to get no more', () => {
    const mail = adapter.compose(item, settingsOf(), context);
    expect(mail).toEqual({
      deliveryId: 4711,
      envelope: { from: 'office@county.example', to: 'person@example.org' },
      headers: {
        From: given.from,
        'Message-ID': '<td3mv@county.example>',
        'List-Unsubscribe': '<mailto:office@county.example?subject=unsubscribe>',
        'Auto-Submitted': 'auto-generated',
        Precedence: 'bulk',
      },
      subject: '防骗提醒',
      text: item.text,
      html: '<!doctype html><html lang="zh"><head><meta charset="utf-8"></head><body><p>凡要求转账的都是诈骗。<br>请挂断。</p><p>咨询 96110 &lt;b&gt;</p></body></html>',
      dsn: { id: 'td3mv', notify: ['success', 'failure', 'delay'] },
    });
    expect(adapter.compose(item, settingsOf(), context)).toEqual(mail);
  });

  it('takes its subject from the text where it has no title, and another way to unsubscribe', () => {
    const { title: _, ...untitled } = item;
    const mail = adapter.compose(untitled, settingsOf({ unsubscribe: 'https://county.example/stop' }), context);
    expect(mail.subject).toBe('凡要求转账的都是诈骗。');
    expect(mail.headers['List-Unsubscribe']).toBe('<https://county.example/stop>');
  });

  it('goes to an address and to nothing else', () => {
    expect(adapter.refuses?.(item, settingsOf())).toBeNull();
    for (const to of ['', 'x', '13800000001', 'a@b\r\nRCPT TO:<c@d.example>', 'a@b.example, c@d.example']) {
      expect(adapter.refuses?.({ ...item, to }, settingsOf())).toMatchObject({ cause: 'recipient' });
    }
  });
});

describe("a relay's answer", () => {
  it.each([
    [421, '421 4.3.2 shutting down', 'throttled'],
    [451, '451 4.7.1 greylisted', 'throttled'],
    [452, '452 4.2.2 full', 'throttled'],
    [530, '530 5.7.0 authenticate', 'settings'],
    [535, '535 5.7.8 bad credentials', 'settings'],
    [550, '550 5.1.1 no such user', 'recipient'],
    [550, '550 no such user', 'recipient'],
    [550, '550 5.7.1 blocked by policy', 'refused'],
    [554, '554 5.6.0 not acceptable', 'content'],
    [554, '554 transaction failed', 'refused'],
    [552, '552 5.2.2 mailbox full', 'refused'],
  ])('%i: %s', (code, text, cause) => {
    expect(readMailReply(smtp, item, settingsOf(), { kind: 'reply', code, text })).toMatchObject({
      deliveryId: 4711,
      fault: { cause, code: String(code) },
    });
  });

  it('250 is accepted under our own reference', () => {
    expect(readMailReply(smtp, item, settingsOf(), { kind: 'reply', code: 250, text: '250 ok' })).toEqual({
      deliveryId: 4711,
      ref: 'td3mv',
    });
  });
});

describe('settings of a relay', () => {
  it.each([
    [{ from: 'nobody' }, 'from'],
    [{ from: 'a@b.example\r\nBcc: c@d.example' }, 'from'],
    [{ pass: undefined }, 'pass'],
    [{ port: 0 }, 'port'],
    [{ unsubscribe: 'javascript:alert(1)' }, 'unsubscribe'],
  ])('%j is refused', (more, path) => {
    expect(
      adapter.settings.safeParse({ ...given, ...more }).error?.issues.map((issue) => issue.path.join('.')),
    ).toContain(path);
  });

  it('knows the port that speaks TLS from the first byte', () => {
    expect(adapter.server(settingsOf({ port: 465 }))).toMatchObject({ secure: true });
    expect(adapter.server(settingsOf())).toEqual({
      host: '127.0.0.1',
      port: 2525,
      secure: false,
      user: 'office',
      pass: 'mail-secret',
    });
  });
});

describe('against a server that was not written here', () => {
  const mails: string[] = [];
  let port = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'office' && password === 'mail-secret'
        ? done(null, { user: 'office' })
        : done(new Error('Invalid username or password')),
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody') ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  const wire = new MailWire({ inTransaction: false } as Database);

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.server.address() as { port: number }).port;
  });
  afterAll(async () => {
    await wire.onApplicationShutdown();
    await new Promise<void>((resolve) => server.close(resolve));
  });

  const send = async (to: string, more: object = {}) => {
    const settings = settingsOf({ port, ...more });
    const mail = adapter.compose({ ...item, to }, settings, context);
    return readMailReply(
      smtp,
      { ...item, to },
      settings,
      await wire.send(mail, adapter.server(settings), { timeoutMs: 3_000 }),
    );
  };

  it('hands a mail over', async () => {
    expect(await send('person@example.org')).toEqual({ deliveryId: 4711, ref: 'td3mv' });
    expect(mails[0]).toContain('Message-ID: <td3mv@county.example>');
    expect(mails[0]).toContain('multipart/alternative');
    expect(mails[0]).toMatch(/^From: =\?UTF-8\?/m);
  });

  it('reads a refusal of the person, and one of our password', async () => {
    expect(await send('nobody@example.org')).toMatchObject({ fault: { cause: 'recipient', code: '550' } });
    expect(await send('person@example.org', { pass: 'wrong' })).toMatchObject({
      fault: { cause: 'settings', code: '535' },
    });
    expect(mails).toHaveLength(1);
  });
});
