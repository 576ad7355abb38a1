import type { AddressInfo, Server, Socket } from 'node:net';
import { AliyunVoice } from './aliyun-voice.js';
import { CloudMas, type MasAccount, type MasTemplate } from './cloud-mas.js';
import { Control } from './control.js';
import { DingTalk } from './dingtalk.js';
import type { CallbackName } from './gateway.js';
import { PlainHttp } from './http.js';
import { createHttpServer } from './server.js';
import { createSmtpServer } from './smtp.js';
import { WeCom } from './wecom.js';
import { World } from './world.js';
import { Zhezhengding } from './zhezhengding.js';

const DEFAULT_SECRET = 'simulator-secret';

export interface SimulatorOptions {
  /** 0 or absent: any free one. */
  port?: number;
  host?: string;
  /** Absent: no mail is received. 0: any free one. */
  smtpPort?: number;
  /** Of all chance; the same seed makes the same people. */
  seed?: number;
  /** Where each gateway pushes its receipts. */
  callbacks?: Partial<Record<CallbackName, string>>;
  secrets?: { 'cloud-mas'?: string; 'aliyun-voice'?: string; dingtalk?: string; zhezhengding?: string };
  /** The only accounts of Cloud MAS; absent: any name with the secret. */
  masAccounts?: MasAccount[];
  masGroupKey?: 'msgGroup' | 'mgsGroup';
  masStatusStyle?: 'observed' | 'documented';
  /** The only templates of Cloud MAS; absent: any id goes. */
  masTemplates?: MasTemplate[];
}

export interface RunningSimulator {
  url: string;
  port: number;
  smtpPort?: number;
  /** Closes both servers and every connection; receipts that are still due are dropped. */
  close(): Promise<void>;
}

/** Starts all gateways in this process. Rejects where a port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { host = '127.0.0.1', secrets = {} } = options;
  const world = new World({ seed: options.seed ?? 1, ...(options.callbacks && { callbacks: options.callbacks }) });
  const cloudMas = new CloudMas(world, {
    secret: secrets['cloud-mas'] ?? DEFAULT_SECRET,
    ...(options.masAccounts && { accounts: options.masAccounts }),
    ...(options.masGroupKey && { groupKey: options.masGroupKey }),
    ...(options.masTemplates && { templates: options.masTemplates }),
    ...(options.masStatusStyle && { statusStyle: options.masStatusStyle }),
  });
  const gateways = [
    cloudMas,
    new DingTalk(world, secrets.dingtalk === undefined ? {} : { secret: secrets.dingtalk }),
    new WeCom(world),
    new Zhezhengding(world, { secret: secrets.zhezhengding ?? DEFAULT_SECRET }),
    new AliyunVoice(world, { secret: secrets['aliyun-voice'] ?? DEFAULT_SECRET }),
    new PlainHttp(world),
  ];
  const web = open(createHttpServer({ world, gateways, control: new Control(world, gateways, cloudMas) }));
  const mail = options.smtpPort === undefined ? undefined : open(createSmtpServer(world));
  const close = async (): Promise<void> => {
    await Promise.all([web.close(), mail?.close(), world.close()]);
  };
  try {
    const port = await web.listen(options.port ?? 0, host);
    const smtpPort = await mail?.listen(options.smtpPort ?? 0, host);
    return { url: `http://${host}:${port}`, port, ...(smtpPort !== undefined && { smtpPort }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Open {
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

/** A server that knows its connections, so that closing it does not wait for kept ones. */
function open(server: Server): Open {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
