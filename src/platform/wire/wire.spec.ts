import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../database/index.js';
import { Wire, WireInTransaction } from './wire.js';

const open: { close(): unknown }[] = [];
const wires: Wire[] = [];

const wireWith = (inTransaction = false): Wire => {
  const wire = new Wire({ inTransaction } as Database);
  wires.push(wire);
  return wire;
};

const listen = async (server: Server | TcpServer): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => ('closeAllConnections' in server ? (server.closeAllConnections(), server.close()) : server.close()),
  });
  return (server.address() as AddressInfo).port;
};

const serve = (handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> =>
  listen(createServer(handler));

const freePort = async (): Promise<number> => {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const ask = (port: number, more: { timeoutMs?: number; body?: string; path?: string; proxy?: string } = {}) =>
  wireWith().send(
    {
      method: more.body === undefined ? 'GET' : 'POST',
      url: `http://127.0.0.1:${port}${more.path ?? '/'}`,
      headers: {},
      ...(more.body === undefined ? {} : { body: more.body }),
    },
    {
      timeoutMs: more.timeoutMs ?? 5_000,
      hosts: [`127.0.0.1:${port}`],
      allowPrivate: true,
      ...(more.proxy === undefined ? {} : { proxy: more.proxy }),
    },
  );

afterEach(async () => {
  await Promise.all(wires.splice(0).map((wire) => wire.onApplicationShutdown()));
  for (const one of open.splice(0)) one.close();
});

describe('the wire', () => {
  it('brings back the answer whole, whatever its status, and the request exactly as it was written', async () => {
    const seen: { headers: IncomingMessage['headers']; body: string; url: string | undefined }[] = [];
    const port = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push({ headers: request.headers, body, url: request.url });
        response.writeHead(418, { 'X-One': 'a', 'Set-Cookie': ['b', 'c'] }).end('短信');
      });
    });
    const outcome = await ask(port, { body: '{"a": 1}', path: '/x?q=%2B%20' });
    expect(outcome).toMatchObject({
      kind: 'reply',
      status: 418,
      body: '短信',
      headers: { 'x-one': 'a', 'set-cookie': 'b, c' },
    });
    expect(seen[0]).toMatchObject({ body: '{"a": 1}', url: '/x?q=%2B%20' });
    expect(seen[0]?.headers['content-type']).toBeUndefined();
    expect(seen[0]?.headers['accept-encoding']).toBeUndefined();
  });

  it('takes no answer that is said twice for the answer to the next request', async () => {
    let n = 0;
    const port = await serve((request, response) => {
      const mine = String((n += 1));
      const again = `HTTP/1.1 200 OK\r\ncontent-length: ${mine.length}\r\n\r\n${mine}`;
      const { socket } = request;
      const isEcho = n % 2 === 1;
      // The second time while the next request is under way, where that comes on the same connection.
      setTimeout(() => isEcho && socket.writable && socket.write(again), 60);
      setTimeout(() => response.end(mine), isEcho ? 0 : 200);
    });
    const wire = wireWith();
    const bodies: unknown[] = [];
    for (let i = 0; i < 6; i += 1) {
      const answer = await wire.send(
        { method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, body: 'x' },
        { timeoutMs: 5_000, hosts: [`127.0.0.1:${port}`], allowPrivate: true },
      );
      bodies.push('body' in answer ? answer.body : answer);
      // A connection that is kept is free again only now.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(bodies).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('follows no redirect', async () => {
    const port = await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    expect(await ask(port)).toMatchObject({ kind: 'reply', status: 302 });
  });

  it('reads the charset that the answer names', async () => {
    const port = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain; charset=gbk' }).end(Buffer.from('b6ccd0c5', 'hex')),
    );
    expect(await ask(port)).toMatchObject({ body: '短信' });
  });

  it('knows that nothing was sent where nobody listens', async () => {
    expect(await ask(await freePort())).toEqual({ kind: 'notSent', why: 'ECONNREFUSED' });
  });

  it('knows that nothing was sent where the name is unknown', async () => {
    const outcome = await wireWith().send(
      { method: 'GET', url: 'http://nobody.invalid/', headers: {} },
      { timeoutMs: 5_000, hosts: ['nobody.invalid'] },
    );
    expect(outcome.kind).toBe('notSent');
  });

  it('asks whether it may still leave when the connection is there, and writes nothing where it may not', async () => {
    let requests = 0;
    const port = await serve((_, response) => {
      requests += 1;
      response.end();
    });
    const send = (mayLeave: () => boolean) =>
      wireWith().send(
        { method: 'POST', url: `http://127.0.0.1:${port}/`, headers: {}, body: 'x' },
        { timeoutMs: 5_000, hosts: [`127.0.0.1:${port}`], allowPrivate: true, mayLeave },
      );
    expect(await send(() => false)).toEqual({ kind: 'notSent', why: 'tooLate' });
    expect(requests).toBe(0);
    expect(await send(() => true)).toMatchObject({ kind: 'reply' });
  });

  it('cannot tell after a reset that followed the request', async () => {
    const port = await serve((request) => {
      request.resume();
      request.on('end', () => request.socket.destroy());
    });
    expect(await ask(port, { body: 'x' })).toMatchObject({ kind: 'noAnswer' });
  });

  it('cannot tell where the answer breaks off', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await ask(port)).toMatchObject({ kind: 'noAnswer' });
  });

  it('cannot tell where the answer is no HTTP', async () => {
    const port = await listen(
      createTcpServer((socket) => socket.on('data', () => socket.end('hello\n')).on('error', () => undefined)),
    );
    expect(await ask(port)).toMatchObject({ kind: 'noAnswer' });
  });

  it('gives up after the timeout, on a server that is silent and on one that drips', async () => {
    const silent = await serve(() => undefined);
    expect(await ask(silent, { timeoutMs: 100 })).toEqual({ kind: 'noAnswer', why: 'timeout' });
    const dripping = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });
    expect(await ask(dripping, { timeoutMs: 150 })).toEqual({ kind: 'noAnswer', why: 'timeout' });
  });

  it('reads no more than a megabyte', async () => {
    const port = await serve((_, response) => response.end('x'.repeat(3_000_000)));
    expect(await ask(port)).toEqual({ kind: 'noAnswer', why: 'replyTooLong' });
  });

  it('calls no host that the adapter did not declare', async () => {
    let calls = 0;
    const port = await serve((_, response) => {
      calls += 1;
      response.end();
    });
    const wire = wireWith();
    const to = (url: string, hosts: string[]) =>
      wire.send({ method: 'GET', url, headers: {} }, { timeoutMs: 1_000, hosts });
    expect(await to(`http://127.0.0.1:${port}/`, ['127.0.0.1'])).toEqual({ kind: 'notSent', why: 'hostNotDeclared' });
    expect(await to(`http://localhost:${port}/`, [`127.0.0.1:${port}`])).toEqual({
      kind: 'notSent',
      why: 'hostNotDeclared',
    });
    expect(await to('file:///etc/passwd', [''])).toEqual({ kind: 'notSent', why: 'badAddress' });
    expect(await to('nonsense', ['nonsense'])).toEqual({ kind: 'notSent', why: 'badAddress' });
    expect(calls).toBe(0);
  });

  it.each(['127.0.0.1', 'localhost'])('calls %s, or what leads there, only where it may be private', async (host) => {
    let calls = 0;
    const port = await serve((_, response) => {
      calls += 1;
      response.end('inside');
    });
    const wire = wireWith();
    const to = (allowPrivate: boolean) =>
      wire.send(
        { method: 'GET', url: `http://${host}:${port}/`, headers: {} },
        { timeoutMs: 5_000, hosts: [`${host}:${port}`], allowPrivate },
      );
    expect(await to(false)).toEqual({ kind: 'notSent', why: 'privateAddress' });
    expect(calls).toBe(0);
    expect(await to(true)).toMatchObject({ kind: 'reply', body: 'inside' });
    // The connection that is kept for who may is not for who may not.
    expect(await to(false)).toEqual({ kind: 'notSent', why: 'privateAddress' });
    expect(calls).toBe(1);
  });

  it.each([
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://169.254.169.254/',
  ])('knows a private address in whatever form: %s', async (url) => {
    const sent = wireWith().send({ method: 'GET', url, headers: {} }, { timeoutMs: 1_000, hosts: [new URL(url).host] });
    expect(await sent).toEqual({ kind: 'notSent', why: 'privateAddress' });
  });

  it('sends nothing while a transaction is open', async () => {
    const sending = wireWith(true).send(
      { method: 'GET', url: 'http://127.0.0.1:1/', headers: {} },
      { timeoutMs: 1, hosts: ['127.0.0.1:1'] },
    );
    await expect(sending).rejects.toThrow(WireInTransaction);
  });

  it('sends nothing later that it has reported as not sent', async () => {
    let calls = 0;
    const port = await serve((_, response) => {
      calls += 1;
      setTimeout(() => response.end('ok'), 300);
    });
    const wire = wireWith();
    const send = (timeoutMs: number) =>
      wire.send(
        { method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} },
        { timeoutMs, hosts: [`127.0.0.1:${port}`], allowPrivate: true },
      );
    const long = Array.from({ length: 64 }, () => send(5_000));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await send(50)).toEqual({ kind: 'notSent', why: 'timeout' });
    await Promise.all(long);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(calls).toBe(64);
  });
});

describe('the wire through a proxy', () => {
  it('lets the proxy relay plain HTTP', async () => {
    const port = await serve((_, response) => response.end('not through the proxy'));
    const proxy = await serve((request, response) => response.end(`${request.url} ${request.headers.host}`));
    const outcome = await ask(port, { proxy: `http://127.0.0.1:${proxy}`, path: '/a?b=c' });
    expect(outcome).toMatchObject({
      kind: 'reply',
      status: 200,
      body: `http://127.0.0.1:${port}/a?b=c 127.0.0.1:${port}`,
    });
  });

  it('knows that nothing was sent where the proxy is away, asks for a password, or refuses the tunnel', async () => {
    expect(await ask(9, { proxy: `http://127.0.0.1:${await freePort()}` })).toMatchObject({ kind: 'notSent' });
    const strict = await serve((_, response) => response.writeHead(407).end('who are you?'));
    expect(await ask(9, { proxy: `http://127.0.0.1:${strict}` })).toEqual({ kind: 'notSent', why: 'proxyRefused' });
    const server = createServer();
    server.on('connect', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const closed = await listen(server);
    const outcome = await wireWith().send(
      { method: 'GET', url: 'https://gateway.invalid/', headers: {} },
      { timeoutMs: 2_000, hosts: ['gateway.invalid'], proxy: `http://127.0.0.1:${closed}` },
    );
    expect(outcome).toMatchObject({ kind: 'notSent' });
  });

  it('tunnels HTTPS: the proxy sees a name, not a request', async () => {
    const asked: string[] = [];
    const backend = await listen(
      createTcpServer((socket) => socket.on('error', () => undefined).once('data', () => socket.destroy())),
    );
    const server = createServer();
    server.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const through = connectTcp(backend, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      through.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket
        .on('error', () => undefined)
        .pipe(through)
        .pipe(socket);
    });
    const proxy = await listen(server);
    const outcome = await wireWith().send(
      { method: 'GET', url: 'https://gateway.invalid/secret?token=1', headers: {} },
      { timeoutMs: 2_000, hosts: ['gateway.invalid'], proxy: `http://127.0.0.1:${proxy}` },
    );
    expect(asked).toEqual(['gateway.invalid:443']);
    expect(outcome).toMatchObject({ kind: 'notSent' });
  });
});

/** Made for this test; it opens nothing. */
const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/RE7kvkUyqAnrzYR
OE1GC7dGEWsOJji2rbIxA0xysfqhRANCAATUxir5cAlu/VcoQrMZiZf2cpqlWPlg
wcefE/SpUUXLIojJ63iueJ8es1FIV8g3tSlLy0A28GqvNNM3fsyDrDdv
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBijCCATGgAwIBAgIUdDHy35sE3sX4Me5seQHHaLsPuIUwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPZ2F0ZXdheS5pbnZhbGlkMCAXDTI2MTEyNDA2NDgxMVoYDzIx
MjYxMDMxMDY0ODExWjAaMRgwFgYDVQQDDA9nYXRld2F5LmludmFsaWQwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAATUxir5cAlu/VcoQrMZiZf2cpqlWPlgwcefE/Sp
UUXLIojJ63iueJ8es1FIV8g3tSlLy0A28GqvNNM3fsyDrDdvo1MwUTAdBgNVHQ4E
FgQUBw7L3KAe/ZWdnqeqc8EahmwX3KIwHwYDVR0jBBgwFoAUBw7L3KAe/ZWdnqeq
c8EahmwX3KIwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiA1MiZs
RG7OcAChgSiTb5SuQQ2l0ZTOXVeJ0gsVHSFaOAIgO6KBwevjAKgbFdu8Vk9ZgUut
dHnFA5DwbVoRV0/Fln4=
-----END CERTIFICATE-----`,
  fingerprint: 'F4:34:A6:FB:D4:C2:57:63:E4:D8:A5:E0:BB:EF:7F:A4:63:8D:96:C8:53:26:98:69:FF:9F:3E:54:CD:64:73:15',
};

describe('the wire and a certificate that nobody vouches for', () => {
  const over = async (certificateSha256?: string) => {
    let calls = 0;
    const port = await listen(
      createTlsServer(selfSigned, (_, response) => {
        calls += 1;
        response.end('ok');
      }),
    );
    const outcome = await wireWith().send(
      { method: 'GET', url: `https://127.0.0.1:${port}/`, headers: {} },
      {
        timeoutMs: 5_000,
        hosts: [`127.0.0.1:${port}`],
        allowPrivate: true,
        ...(certificateSha256 === undefined ? {} : { certificateSha256 }),
      },
    );
    return { outcome, calls };
  };

  it('sends nothing to it', async () => {
    expect(await over()).toMatchObject({ outcome: { kind: 'notSent' }, calls: 0 });
  });
  it('sends where the settings name this very certificate', async () => {
    expect(await over(selfSigned.fingerprint)).toMatchObject({ outcome: { kind: 'reply', body: 'ok' }, calls: 1 });
    expect(await over(selfSigned.fingerprint.replaceAll(':', '').toLowerCase())).toMatchObject({
      outcome: { kind: 'reply' },
    });
  });
  it('sends nothing where they name another', async () => {
    expect(await over('ab'.repeat(32))).toEqual({
      outcome: { kind: 'notSent', why: 'CERTIFICATE_NOT_PINNED' },
      calls: 0,
    });
  });
});
