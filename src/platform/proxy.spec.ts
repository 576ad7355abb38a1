import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { addressOf, isFromHere, trustIn } from './proxy.js';

interface Seen {
  readonly ip: string;
  readonly address: string;
  readonly here: boolean;
}

describe('who asks, behind a proxy', () => {
  let server: Server;
  afterEach(() => void server.close());

  async function seen(trusted: boolean | string[], headers: Record<string, string> = {}): Promise<Seen> {
    const app = express();
    app.set('trust proxy', trustIn(trusted));
    app.get('/', (request, response) => {
      response.json({ ip: request.ip, address: addressOf(request), here: isFromHere(request) });
    });
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    return (await (await fetch(`http://127.0.0.1:${port}/`, { headers })).json()) as Seen;
  }

  it('is the one that connected, where no proxy is named', async () => {
    expect(await seen(false, { 'x-forwarded-for': '9.9.9.9' })).toEqual({ ip: '127.0.0.1', address: '', here: false });
    expect(await seen(false)).toEqual({ ip: '127.0.0.1', address: '127.0.0.1', here: true });
  });

  it.each([[true], [['127.0.0.1']]])('is the last address, which our proxy wrote (%p)', async (trusted) => {
    const headers = { 'x-forwarded-for': '127.0.0.1, 6.6.6.6, 203.0.113.7' };
    expect(await seen(trusted, headers)).toEqual({ ip: '203.0.113.7', address: '203.0.113.7', here: false });
  });

  it('is the one that connected, where that is none of our proxies', async () => {
    expect((await seen(['10.0.0.1'], { 'x-forwarded-for': '203.0.113.7' })).ip).toBe('127.0.0.1');
  });

  it.each(['x-forwarded-for', 'x-real-ip', 'forwarded', 'via', 'x-forwarded-host', 'x-forwarded-proto'])(
    'is not this machine where a proxy on it passes on (%s)',
    async (name) => {
      expect((await seen(false, { [name]: '127.0.0.1' })).here).toBe(false);
      expect((await seen(true, { [name]: '127.0.0.1' })).here).toBe(false);
    },
  );
});
