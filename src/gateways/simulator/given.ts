import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { submitMac } from './cloud-mas-envelope.js';
import { startSimulator, type RunningSimulator, type SimulatorOptions } from './simulator.js';

/** For the specs of this folder only: a simulator with a clock that stands, and a receiver of what it pushes. */
export interface Given {
  simulator: RunningSimulator;
  received: { path: string; body: unknown }[];
  /** What the receiver answers; tests change it to refuse. */
  reply: { status: number; body: string };
  receiverUrl: string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>;
  get(path: string): Promise<Answered>;
  setClock(at: string): Promise<Answered>;
  close(): Promise<void>;
}

export interface Answered {
  status: number;
  json: Record<string, unknown>;
  text: string;
}

/** A morning in the county; the vectors of the reference are signed at it. */
export const MORNING = '2026-01-05T01:30:15Z';

export async function given(options: SimulatorOptions = {}): Promise<Given> {
  const received: Given['received'] = [];
  const reply = { status: 200, body: '{"code":0,"msg":"ok"}' };
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      response.writeHead(reply.status).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const simulator = await startSimulator({
    callbacks: { 'cloud-mas': `${receiverUrl}/mas`, 'aliyun-voice': `${receiverUrl}/voice` },
    ...options,
  });
  const ask = async (path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(simulator.url + path, init);
    const text = await response.text();
    return { status: response.status, text, json: jsonOf(text) };
  };
  const post: Given['post'] = (path, body, headers = {}) =>
    ask(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return {
    simulator,
    received,
    reply,
    receiverUrl,
    post,
    get: (path) => ask(path, {}),
    setClock: (at) => post('/_sim/clock', { at }),
    close: async () => {
      await simulator.close();
      receiver.closeAllConnections();
      await new Promise((resolve) => receiver.close(resolve));
    },
  };
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64');

/** A norsubmit body with a right mac, unless `changes` spoil it afterwards. */
export function masBody(fields: { mobiles: string; content: string }, changes: object = {}): string {
  const body = {
    ecName: '示例局',
    apId: 'ap',
    secretKey: 'simulator-secret',
    sign: 'abc',
    addSerial: '',
    mac: '',
    ...fields,
  };
  return base64({ ...body, mac: submitMac(body, 'simulator-secret'), ...changes });
}
