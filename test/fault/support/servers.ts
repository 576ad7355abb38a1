import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { freePort, isListening } from '../../support/ports.js';

const MARIADBD = '/usr/sbin/mariadbd';
const INSTALL = '/usr/bin/mariadb-install-db';
const REDIS = '/usr/bin/redis-server';
const WITHIN_MS = 30_000;

/** As `scripts/left-out.mjs` asks it, which says so where it is left out; half an installation fails. */
export const hasMariadbd = existsSync(MARIADBD);
export const hasRedisServer = existsSync(REDIS);

const running = new Set<OwnServer>();

/** A database or a Redis of the test's own, at a port and with data of its own: nobody else's is touched when it falls. */
export class OwnServer {
  private child: ChildProcess | null = null;

  private constructor(
    readonly url: string,
    private readonly at: {
      readonly folder: string;
      readonly program: string;
      readonly words: readonly string[];
      readonly answers: () => Promise<boolean>;
    },
  ) {}

  static async mariadb(): Promise<OwnServer> {
    const folder = mkdtempSync(join(tmpdir(), 'tidecall-mariadb-'));
    const [data, port, user] = [join(folder, 'data'), await freePort(), userInfo().username];
    const common = ['--no-defaults', `--user=${user}`, `--datadir=${data}`, '--innodb-log-file-size=16M'];
    execFileSync(INSTALL, [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
      stdio: 'ignore',
    });
    const url = `mysql://root@127.0.0.1:${port}/mysql`;
    const answers = async (): Promise<boolean> => {
      try {
        await (await mysql.createConnection(url)).end();
        return true;
      } catch {
        return false;
      }
    };
    const own = ['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 's')}`, '--skip-log-bin'];
    return new OwnServer(url, { folder, program: MARIADBD, words: [...common, ...own], answers }).start();
  }

  static async redis(): Promise<OwnServer> {
    const folder = mkdtempSync(join(tmpdir(), 'tidecall-redis-'));
    const port = await freePort();
    const words = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
    const answers = () => isListening(port);
    return new OwnServer(`redis://127.0.0.1:${port}`, { folder, program: REDIS, words, answers }).start();
  }

  /** Starts it, also again; resolves when it answers. */
  async start(): Promise<this> {
    this.child = spawn(this.at.program, this.at.words, { stdio: 'ignore' });
    running.add(this);
    const until = Date.now() + WITHIN_MS;
    while (!(await this.at.answers())) {
      if (this.child.exitCode !== null || Date.now() > until) throw new Error(`${this.at.program} does not start`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return this;
  }

  /** Stops it by a signal, and waits for its end. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    this.child = null;
    running.delete(this);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.at.folder, { recursive: true, force: true });
  }
}

/** For `afterAll`: no server that a test started outlives it. */
export async function removeServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.remove()));
}
