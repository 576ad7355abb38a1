import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What the gateway does with a request. Only `busy` and `html`-`error` without acceptance leave the message with the sender. */
export type Mood =
  | 'accept'
  /** Documented refusal: nothing was accepted. */
  | 'busy'
  /** Accepted, then the connection is cut without an answer. */
  | 'cut'
  /** Cut before anything was accepted; for the sender the same as `cut`. */
  | 'cutUnread'
  /** Accepted, and answered only when `release()` is called. */
  | 'hang'
  /** Answered `SystemBusy`, and only when `release()` is called. */
  | 'hangBusy'
  /** Accepted and answered, and the same answer once more a little later on the same connection. */
  | 'twice'
  /** Documented refusal, said twice in the same way. */
  | 'busyTwice'
  /** Accepted, and answered by somebody's HTML page with 200. */
  | 'html'
  /** HTTP 500 with an HTML page, after accepting. */
  | 'error';

export interface Given {
  readonly mobile: string;
  readonly content: string;
  readonly call: number;
  readonly at: number;
}

/** How long after an answer the same answer comes again at most. */
const ECHO_MS = 80;

export const ACCOUNT = {
  ecName: '示例县公安局',
  apId: 'anti-fraud',
  secretKey: 'fault-secret',
  sign: 'abcdef',
  addSerial: '',
};

const field = (of: Record<string, unknown>, name: string): string => {
  const value = of[name];
  return typeof value === 'string' ? value : '';
};

/** Small numbers from a seed, the same every time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * An SMS gateway that was written for these tests and shares no code with the adapter or the simulator: it speaks the
 * norsubmit interface, checks the mac by its own sum, and remembers everything that it accepted.
 */
export class FaultGateway {
  readonly given: Given[] = [];
  readonly wrongMacs: number[] = [];
  /** When each request came. */
  readonly cameAt: number[] = [];
  requests = 0;
  busy = 0;
  /** How many requests and recipients were open at once at most. */
  peak = { requests: 0, recipients: 0 };
  latencyMs = 0;
  mood: (request: { n: number; mobiles: readonly string[]; chance: number }) => Mood = () => 'accept';

  private open = { requests: 0, recipients: 0 };
  private held: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;
  private readonly chance: () => number;
  private port = 0;

  constructor(seed = 1) {
    this.chance = seeded(seed);
  }

  /** One that takes its time and is busy now and then, as in service; it listens. */
  static async inService(seed: number, latencyMs = 60): Promise<FaultGateway> {
    const gateway = new FaultGateway(seed);
    gateway.latencyMs = latencyMs;
    gateway.mood = ({ chance }) => (chance < 0.05 ? 'busy' : 'accept');
    return gateway.listen();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Requests that have come and have no answer yet. */
  get openNow(): number {
    return this.open.requests;
  }

  get heldNow(): number {
    return this.held.length;
  }

  /** Listens; a second time at the same port as the first. */
  async listen(): Promise<this> {
    const server = createServer((request, response) => void this.take(request, response));
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = null;
    this.release();
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** Lets every request that hangs have its answer. */
  release(): void {
    for (const go of this.held.splice(0)) go();
  }

  /** How often each number was given; only those given more than once. */
  get twice(): string[] {
    const times = new Map<string, number>();
    for (const { mobile } of this.given) times.set(mobile, (times.get(mobile) ?? 0) + 1);
    return [...times].filter(([, n]) => n > 1).map(([mobile]) => mobile);
  }

  get numbers(): Set<string> {
    return new Set(this.given.map((g) => g.mobile));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const n = (this.requests += 1);
    this.cameAt.push(Date.now());
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const order = this.read(Buffer.concat(chunks).toString('utf8'));
    if (request.url !== '/sms/norsubmit' || order === null) {
      this.wrongMacs.push(n);
      this.say(response, { success: false, rspcod: 'IllegalMac', msgGroup: '' });
      return;
    }
    this.open = { requests: this.open.requests + 1, recipients: this.open.recipients + order.length };
    this.peak = {
      requests: Math.max(this.peak.requests, this.open.requests),
      recipients: Math.max(this.peak.recipients, this.open.recipients),
    };
    const mood = this.mood({ n, mobiles: order.map((o) => o.mobile), chance: this.chance() });
    await this.answer({ n, order, mood }, response);
    this.open = { requests: this.open.requests - 1, recipients: this.open.recipients - order.length };
  }

  private async answer(
    { n, order, mood }: { n: number; order: readonly { mobile: string; content: string }[]; mood: Mood },
    response: ServerResponse,
  ): Promise<void> {
    const accepts = !['busy', 'busyTwice', 'hangBusy'].includes(mood) && mood !== 'cutUnread';
    // Accepted before the answer is on its way: what a kill cuts off may have been delivered.
    if (accepts) this.given.push(...order.map((o) => ({ ...o, call: n, at: Date.now() })));
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    if (mood === 'hang' || mood === 'hangBusy') await new Promise<void>((resolve) => this.held.push(resolve));
    switch (mood) {
      case 'accept':
      case 'hang':
        return this.say(response, { success: true, rspcod: 'success', msgGroup: `G${n}` });
      case 'busy':
      case 'hangBusy':
        this.busy += 1;
        return this.say(response, { success: false, rspcod: 'SystemBusy', msgGroup: '' });
      case 'twice':
        return this.echo(response, { success: true, rspcod: 'success', msgGroup: `G${n}` });
      case 'busyTwice':
        this.busy += 1;
        return this.echo(response, { success: false, rspcod: 'SystemBusy', msgGroup: '' });
      case 'cut':
      case 'cutUnread':
        response.socket?.destroy();
        return undefined;
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>维护中</body></html>');
        return undefined;
      case 'error':
        response.writeHead(500, { 'content-type': 'text/html' }).end('<html><body>Internal Server Error</body></html>');
        return undefined;
      default:
        return mood satisfies never;
    }
  }

  private echo(response: ServerResponse, answer: object): void {
    const { socket } = response;
    const body = JSON.stringify(answer);
    this.say(response, answer);
    const again = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    setTimeout(() => {
      if (socket?.writable) socket.write(again);
    }, this.chance() * ECHO_MS);
  }

  private say(response: ServerResponse, answer: object): void {
    if (response.destroyed) return;
    response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify(answer));
  }

  /** Null where the body is no order of ours: not Base64 JSON, another account, or a mac that does not fit. */
  private read(body: string): { mobile: string; content: string }[] | null {
    let order: Record<string, unknown>;
    try {
      order = JSON.parse(Buffer.from(body, 'base64').toString('utf8')) as Record<string, unknown>;
    } catch {
      return null;
    }
    const [mobiles, content] = [field(order, 'mobiles'), field(order, 'content')];
    const { ecName, apId, secretKey, sign, addSerial } = ACCOUNT;
    const mac = createHash('md5')
      .update(`${ecName}${apId}${secretKey}${mobiles}${content}${sign}${addSerial}`, 'utf8')
      .digest('hex');
    if (field(order, 'mac') !== mac || field(order, 'ecName') !== ecName || field(order, 'apId') !== apId) return null;
    if (mobiles !== '') return mobiles.split(',').map((mobile) => ({ mobile, content }));
    const own = JSON.parse(content) as Record<string, string>;
    return Object.entries(own).map(([mobile, text]) => ({ mobile, content: text }));
  }
}
