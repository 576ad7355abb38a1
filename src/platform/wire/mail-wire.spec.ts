import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../database/index.js';
import type { MailServer, WireMail } from './exchange.js';
import { MailWire } from './mail-wire.js';
import { WireInTransaction } from './wire.js';

const open: Server[] = [];
const wires: MailWire[] = [];

/** A relay that follows a plan: what it says to each command; `''` drops the connection, null stays silent. */
async function relay(plan: Record<string, string | null>): Promise<{ server: MailServer; lines: string[] }> {
  const lines: string[] = [];
  const server = createServer((socket) => {
    let inText = false;
    let rest = '';
    const say = (command: string, usual: string) => {
      const word = command in plan ? plan[command] : usual;
      if (word === '') return socket.destroy();
      return word === null || word === undefined ? undefined : socket.write(`${word}\r\n`);
    };
    socket.on('error', () => undefined);
    say('GREETING', '220 relay');
    socket.on('data', (chunk) => {
      rest += chunk.toString();
      const whole = rest.split('\r\n');
      rest = whole.pop() ?? '';
      for (const line of whole) {
        lines.push(line);
        if (inText) {
          if (line !== '.') continue;
          inText = false;
          say('TEXT', '250 2.0.0 queued as 4711');
          continue;
        }
        const command = line.split(/[ :]/)[0]?.toUpperCase() ?? '';
        if (command === 'EHLO') say('EHLO', '250-relay\r\n250 DSN');
        else if (command === 'DATA') {
          inText = (plan.DATA ?? '354').startsWith('354');
          say('DATA', '354 go ahead');
        } else say(command, '250 ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return { server: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, secure: false }, lines };
}

const mail: WireMail = {
  envelope: { from: 'office@county.example', to: 'person@example.org' },
  headers: {
    From: '反诈中心 <office@county.example>',
    'List-Unsubscribe': '<mailto:stop@county.example>',
    'Message-ID': '<d1.1@county.example>',
  },
  subject: '防骗提醒',
  text: '不转账',
  html: '<p>不转账</p>',
  dsn: { id: 'd1', notify: ['failure', 'delay'] },
};

const wire = (inTransaction = false): MailWire => {
  const made = new MailWire({ inTransaction } as Database);
  wires.push(made);
  return made;
};
const send = async (plan: Record<string, string | null>, timeoutMs = 2_000) =>
  wire().send(mail, (await relay(plan)).server, { timeoutMs });

afterEach(async () => {
  await Promise.all(wires.splice(0).map((one) => one.onApplicationShutdown()));
  for (const server of open.splice(0)) server.close();
});

describe('the mail wire', () => {
  it('hands a mail over and brings back the code and its text', async () => {
    const { server, lines } = await relay({});
    expect(await wire().send(mail, server, { timeoutMs: 2_000 })).toEqual({
      kind: 'reply',
      code: 250,
      text: '250 2.0.0 queued as 4711',
      messageId: '<d1.1@county.example>',
    });
    expect(lines).toContain('MAIL FROM:<office@county.example> RET=HDRS ENVID=d1');
    expect(lines).toContain('RCPT TO:<person@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;person@example.org');
    expect(lines).toContain('List-Unsubscribe: <mailto:stop@county.example>');
    expect(lines).toContain('Message-ID: <d1.1@county.example>');
  });

  it('keeps a connection for the next mail', async () => {
    const { server, lines } = await relay({});
    const one = wire();
    for (let i = 0; i < 3; i += 1) await one.send(mail, server, { timeoutMs: 2_000 });
    expect(lines.filter((line) => line.startsWith('EHLO'))).toHaveLength(1);
  });

  it.each([
    ['a refused recipient', { RCPT: '550 5.1.1 no such user' }, 550],
    ['a greylisted recipient', { RCPT: '451 4.7.1 try again later' }, 451],
    ['a refused sender', { MAIL: '530 5.7.0 authenticate first' }, 530],
    ['a refused text', { TEXT: '554 5.6.0 spam' }, 554],
    ['a server that is too busy for the text', { TEXT: '452 4.3.1 no space' }, 452],
    ['a refusal of DATA', { DATA: '451 not now' }, 451],
    ['a refusal to talk', { GREETING: '421 too many connections' }, 421],
  ])('reads %s as an answer', async (_, plan, code) => {
    expect(await send(plan)).toMatchObject({ kind: 'reply', code });
  });

  it.each([
    ['nobody greets', { GREETING: '' }],
    ['the connection ends before the text', { RCPT: '' }],
    ['the connection ends at DATA', { DATA: '' }],
  ])('knows that nothing was sent where %s', async (_, plan) => {
    expect(await send(plan)).toMatchObject({ kind: 'notSent' });
  });

  it('knows that nothing was sent where nobody listens', async () => {
    const { server } = await relay({});
    await new Promise((resolve) => open.pop()?.close(resolve));
    expect(await wire().send(mail, server, { timeoutMs: 2_000 })).toMatchObject({ kind: 'notSent' });
  });

  it('knows that nothing was sent where the server is silent before the text', async () => {
    expect(await send({ RCPT: null }, 200)).toEqual({ kind: 'notSent', why: 'timeout' });
  });

  it('cannot tell where the text was handed over without an answer, and does not hand it over again', async () => {
    const { server, lines } = await relay({ TEXT: '' });
    const one = wire();
    expect(await one.send(mail, server, { timeoutMs: 2_000 })).toMatchObject({ kind: 'noAnswer' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(lines.filter((line) => line === '.')).toHaveLength(1);
    expect(await send({ TEXT: null }, 300)).toEqual({ kind: 'noAnswer', why: 'timeout' });
  });

  it('sends nothing while a transaction is open', async () => {
    const { server } = await relay({});
    await expect(wire(true).send(mail, server, { timeoutMs: 100 })).rejects.toThrow(WireInTransaction);
  });
});
