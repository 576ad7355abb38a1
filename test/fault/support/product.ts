import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The built product. `FAULT_DIST` names another build than the usual one. */
const dist = resolve(process.env.FAULT_DIST ?? 'dist');
export const PRODUCT = join(dist, 'main.js');
export const COMMAND_LINE = join(dist, 'cli.js');
export const SIMULATOR = join(dist, 'gateways', 'simulator', 'main.js');

const running = new Set<Process>();

/** A process of the product's or the simulator's, with what it said. */
export class Process {
  private said = '';
  private isOver = false;
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;

  constructor(entry: string, words: readonly string[], env: Readonly<Record<string, string>>) {
    if (!existsSync(entry)) throw new Error(`${entry} is not there: run npm run build`);
    this.child = spawn(process.execPath, [entry, ...words], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-20_000)));
    this.ended = new Promise((done) =>
      // What it said last comes after it has exited.
      this.child.once('close', () => {
        this.isOver = true;
        running.delete(this);
        done();
      }),
    );
    running.add(this);
  }

  /** Waits for a line; answers its first group. */
  async says(line: RegExp, withinMs = 60_000): Promise<string> {
    const until = Date.now() + withinMs;
    for (;;) {
      const match = line.exec(this.said);
      if (match) return match[1] ?? match[0];
      if (this.isOver) throw new Error(`ended before it said ${String(line)}:\n${this.said}`);
      if (Date.now() > until) throw new Error(`did not say ${String(line)} within ${withinMs} ms:\n${this.said}`);
      await new Promise((r) => setTimeout(r, 20));
    }
  }

  get hasEnded(): boolean {
    return this.isOver;
  }

  get log(): string {
    return this.said;
  }

  /** `kill -9`: no handler runs, nothing is tidied up. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Holds it where it stands (SIGSTOP), as a machine that sleeps does; `goOn` wakes it. */
  hold(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.child.kill('SIGINT');
  }

  /** Asks it to end, and insists after a while; says which of the two it took. */
  async stop(): Promise<'ended' | 'killed'> {
    if (this.isOver) return 'ended';
    let how: 'ended' | 'killed' = 'ended';
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => {
      how = 'killed';
      this.child.kill('SIGKILL');
    }, 15_000);
    await this.ended;
    clearTimeout(timer);
    return how;
  }
}

/** For `afterAll`: nothing that a test started outlives it. */
export async function killAll(): Promise<void> {
  await Promise.all([...running].map((p) => p.kill()));
}
