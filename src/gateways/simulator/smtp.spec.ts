import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { createTransport, type Transporter } from 'nodemailer';
import { given, type Given } from './given.js';
import { SmtpSession } from './smtp-session.js';

let here: Given;
let transport: Transporter;
beforeEach(async () => {
  here = await given({ smtpPort: 0 });
  transport = createTransport({
    host: '127.0.0.1',
    port: here.simulator.smtpPort ?? 0,
    secure: false,
    pool: true,
    maxConnections: 2,
  });
});
afterEach(async () => {
  transport.close();
  await here.close();
});

const mail = (to: string | string[], more: object = {}) => ({
  from: 'office@example.invalid',
  to,
  subject: '警惕冒充客服退款：凡要求屏幕共享的一律挂断，有疑问拨打咨询电话',
  text: '您好：\n.一行以点开头\n..两点\n请不要转账。',
  ...more,
});
const kept = async () =>
  (await here.get('/_sim/messages?gateway=smtp')).json['items'] as { to: string; content: string }[];

it('takes mail from nodemailer and shows subject and text', async () => {
  const info = (await transport.sendMail(mail('li@example.invalid'))) as { response: string };
  expect(info.response).toMatch(/^250 2\.0\.0 queued as /);
  const { subject, text } = mail('x');
  expect(await kept()).toMatchObject([{ to: 'li@example.invalid', content: `${subject}\n\n${text}` }]);
});

it('reads the plain part of a mail with HTML, and pictures beside', async () => {
  await transport.sendMail(
    mail('li@example.invalid', {
      html: '<p>你好</p>',
      attachments: [{ filename: 'a.png', content: Buffer.alloc(2_000) }],
    }),
  );
  expect((await kept())[0]?.content).toContain('请不要转账。');
});

it('knows nobody whose name starts with unknown, and takes the others', async () => {
  const info = (await transport.sendMail(mail(['unknown7@example.invalid', 'li@example.invalid']))) as {
    accepted: string[];
    rejected: string[];
  };
  expect(info).toMatchObject({ accepted: ['li@example.invalid'], rejected: ['unknown7@example.invalid'] });
  await expect(transport.sendMail(mail('unknown@example.invalid'))).rejects.toMatchObject({ responseCode: 550 });
  expect(await kept()).toHaveLength(1);
});

it('lets anybody sign in', async () => {
  const signedIn = createTransport({
    host: '127.0.0.1',
    port: here.simulator.smtpPort ?? 0,
    auth: { user: 'u', pass: 'p' },
  });
  await expect(signedIn.sendMail(mail('li@example.invalid'))).resolves.toBeDefined();
});

it('carries many mails on few connections', async () => {
  await Promise.all(Array.from({ length: 150 }, (_, i) => transport.sendMail(mail(`p${i}@example.invalid`))));
  expect(await kept()).toHaveLength(100);
  expect((await here.get('/_sim/stats')).json['smtp']).toMatchObject({
    requests: 150,
    messages: 150,
    recipients: 150,
    duplicates: 0,
  });
});

describe('faults', () => {
  const fault = (faults: object) => here.post('/_sim/faults', { gateway: 'smtp', ...faults });

  it('dropAfterAccept takes the mail and hangs up', async () => {
    await fault({ dropAfterAccept: 1 });
    await expect(transport.sendMail(mail('li@example.invalid'))).rejects.toThrow();
    expect((await kept()).length).toBeGreaterThanOrEqual(1);
  });

  it.each([[{ errorRate: 1 }], [{ throttleAfter: 0 }]])('%j answers 451 and takes nothing', async (faults) => {
    await fault(faults);
    await expect(transport.sendMail(mail('li@example.invalid'))).rejects.toMatchObject({ responseCode: 451 });
    expect(await kept()).toEqual([]);
  });

  it('down hangs up at once', async () => {
    await fault({ down: true });
    await expect(transport.sendMail(mail('li@example.invalid'))).rejects.toThrow();
  });
});

describe('the conversation', () => {
  const talk = (...lines: string[]): string[] => {
    const session = new SmtpSession();
    return lines.map((line) => {
      const step = session.line(line);
      return 'reply' in step ? step.reply.slice(0, 3) : step.kind;
    });
  };

  it('wants its order and says so', () => {
    expect(talk('RCPT TO:<a@b>', 'DATA', 'MAIL FROM:a', 'MAIL FROM:<a@b>', 'MAIL FROM:<a@b>', 'DATA')).toEqual([
      '503',
      '503',
      '501',
      '250',
      '503',
      '503',
    ]);
    expect(talk('HELP', 'NOOP', 'RSET', 'QUIT', '')).toEqual(['502', '250', '250', '221', '502']);
  });

  it('forgets an open mail on RSET', () => {
    expect(talk('EHLO x', 'MAIL FROM:<>', 'RCPT TO:<a@b>', 'RSET', 'DATA')).toEqual([
      '250',
      '250',
      '250',
      '250',
      '503',
    ]);
  });

  it('takes off the dot that hides a dot', () => {
    const session = new SmtpSession();
    for (const line of ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'RCPT TO:<c@d>', 'DATA', '..', '.x', 'y'])
      session.line(line);
    expect(session.line('.')).toEqual({ kind: 'mail', from: 'a@b', to: ['c@d'], raw: '.\r\nx\r\ny' });
  });

  it('answers lines that come together one after the other', async () => {
    const heard = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(here.simulator.smtpPort ?? 0, '127.0.0.1', () =>
        socket.write('EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: s\r\n\r\nt\r\n.\r\nQUIT\r\n'),
      );
      socket
        .on('data', (chunk) => (text += chunk.toString()))
        .on('end', () => resolve(text))
        .on('error', reject);
    });
    expect(
      heard
        .split('\r\n')
        .filter((line) => /^\d{3} /.test(line))
        .map((line) => line.slice(0, 3)),
    ).toEqual(['220', '250', '250', '250', '354', '250', '221']);
  });
});
