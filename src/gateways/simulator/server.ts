import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from './body.js';
import type { Control } from './control.js';
import { notFound, type Answer, type Asked, type Gateway } from './gateway.js';
import { page } from './page.js';
import type { World } from './world.js';

/** Longer than any client keeps an idle connection, so that no request meets a closing one. */
const KEEP_ALIVE_MS = 75_000;
const TOO_LARGE: Answer = { status: 413, body: { code: 'too_large', message: 'a body may have 16 MB' } };

export interface ServerParts {
  world: World;
  gateways: readonly Gateway[];
  control: Control;
}

/** The one HTTP server: the gateways under their names, the control under `/_sim`, the phones at `/`. */
export function createHttpServer(parts: ServerParts): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 120_000 }, (request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return response.destroy();
      console.error('Simulator: unexpected', error);
      return send(response, { status: 500, body: { code: 'internal', message: 'the simulator failed; see its log' } });
    });
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  const cut = url.indexOf('?');
  const path = cut < 0 ? url : url.slice(0, cut);
  const gateway = parts.gateways.find(({ name }) => path === `/${name}` || path.startsWith(`/${name}/`));
  if (gateway) parts.world.tally(gateway.name).requests += 1;
  if (gateway && parts.world.faults.of(gateway.name).down) return void request.socket.destroy();
  const body = await readBody(request);
  if (!body) {
    // The rest is read and dropped: a client that is still sending would otherwise see a reset, not the answer.
    request.resume();
    return send(response, TOO_LARGE);
  }
  const asked: Asked = {
    method: request.method ?? 'GET',
    path: gateway ? path.slice(gateway.name.length + 1) : path,
    query: new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1)),
    headers: request.headers,
    body,
  };
  if (gateway) return serveGateway(parts.world, gateway, { asked, response });
  if (path === '/_sim' || path.startsWith('/_sim/')) return send(response, await parts.control.handle(asked));
  const isPage = path === '/' && asked.method === 'GET';
  send(
    response,
    isPage ? { status: 200, body: page, headers: { 'content-type': 'text/html; charset=utf-8' } } : notFound(),
  );
}

interface Exchange {
  asked: Asked;
  response: ServerResponse;
}

/** Faults stand around the gateway: an error before it accepts, a delay and a cut after. */
async function serveGateway(world: World, gateway: Gateway, { asked, response }: Exchange): Promise<void> {
  const { errorRate, latencyMs, dropAfterAccept } = world.faults.of(gateway.name);
  const answer = world.faults.strikes(errorRate)
    ? { status: 500, body: 'Internal Server Error' }
    : world.faults.isThrottled(gateway.name)
      ? gateway.busy()
      : gateway.handle(asked);
  if (answer.isForged) world.tally(gateway.name).rejectedSignatures += 1;
  if (latencyMs) await sleep(latencyMs);
  if (answer.isAccepted && world.faults.strikes(dropAfterAccept)) return void response.socket?.destroy();
  send(response, answer);
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const isText = typeof body === 'string';
  const payload = isText ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(payload),
    ...headers,
  });
  response.end(payload);
}
