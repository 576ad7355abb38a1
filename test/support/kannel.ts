import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.js';

const BEARERBOX = '/usr/sbin/bearerbox';
const SMSBOX = '/usr/sbin/smsbox';

/** As `scripts/left-out.mjs` asks it, which says so where it is left out; half an installation fails. */
export const hasKannel = existsSync(BEARERBOX);

export interface Kannel {
  /** Of the sendsms interface. */
  readonly url: string;
  /** What the message centre was given: `sender receiver type text`, the text percent-encoded. */
  readonly given: string[];
  close(): Promise<void>;
}

async function connected(port: number): Promise<Socket> {
  for (let i = 0; i < 200; i += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return socket;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nobody listens on ${port}`);
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  });

/** Debian's Kannel, whole: bearerbox, smsbox, and its fake message centre, whose far end we are. */
export async function startKannel(user: { name: string; password: string }): Promise<Kannel> {
  const [admin, box, centre, sendsms] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'tidecall-kannel-'));
  const file = join(folder, 'kannel.conf');
  writeFileSync(
    file,
    `group = core
admin-port = ${admin}
admin-password = admin-of-the-test
admin-interface = 127.0.0.1
smsbox-port = ${box}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
log-level = 3

group = smsc
smsc = fake
smsc-id = centre
port = ${centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${sendsms}
sendsms-interface = 127.0.0.1
log-level = 3

group = sendsms-user
username = ${user.name}
password = ${user.password}
max-messages = 10
concatenation = true
`,
  );
  const run = (command: string) => spawn(command, [file], { stdio: 'ignore', cwd: folder });
  const bearerbox = run(BEARERBOX);
  const far = await connected(centre);
  const given: string[] = [];
  let pending = '';
  far.on('data', (chunk: Buffer) => {
    const lines = (pending + chunk.toString('latin1')).split('\n');
    pending = lines.pop() ?? '';
    given.push(...lines);
  });
  const smsbox = run(SMSBOX);
  (await connected(sendsms)).destroy();
  return {
    url: `http://127.0.0.1:${sendsms}`,
    given,
    close: async () => {
      await ended(smsbox);
      far.destroy();
      await ended(bearerbox);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
