import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readMail } from './mail.js';
import { SmtpSession, type Step } from './smtp-session.js';
import type { World } from './world.js';

const MAX_LINE_CHARS = 1024 * 1024;
const BUSY = '451 4.7.1 too many messages, slow down';

/** A small mail relay: takes what it is given, knows nobody whose name starts with `unknown`, delivers nowhere. */
export function createSmtpServer(world: World): Server {
  return createServer((socket) => new Connection(world, socket).open());
}

class Connection {
  private readonly session = new SmtpSession();
  private pending = '';
  private isReading = false;

  constructor(
    private readonly world: World,
    private readonly socket: Socket,
  ) {}

  open(): void {
    this.socket.on('error', () => this.socket.destroy());
    if (this.world.faults.of('smtp').down) {
      this.socket.destroy();
      return;
    }
    this.socket.setTimeout(600_000, () => this.socket.destroy());
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => {
      this.pending += chunk.toString('latin1');
      void this.readLines();
    });
    this.say('220 simulator ESMTP');
  }

  /** Lines are answered strictly one after the other, however many came at once. */
  private async readLines(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    let start = 0;
    for (
      let end = this.pending.indexOf('\r\n');
      end >= 0 && !this.socket.destroyed;
      end = this.pending.indexOf('\r\n', start)
    ) {
      const line = this.pending.slice(start, end);
      start = end + 2;
      const step = this.session.line(line);
      if (step.kind === 'mail') {
        this.pending = this.pending.slice(start);
        start = 0;
        await this.take(step);
      } else if (step.kind !== 'silent') this.say(step.reply);
      if (step.kind === 'bye') this.socket.end();
    }
    this.pending = this.pending.slice(start);
    this.isReading = false;
    if (this.pending.length > MAX_LINE_CHARS) this.socket.destroy();
  }

  private async take({ to, raw }: Extract<Step, { kind: 'mail' }>): Promise<void> {
    const { faults, clock } = this.world;
    const { down, latencyMs, errorRate, dropAfterAccept } = faults.of('smtp');
    this.world.tally('smtp').requests += 1;
    if (down) return void this.socket.destroy();
    const refusal = faults.strikes(errorRate) ? '451 4.3.0 local error' : faults.isThrottled('smtp') ? BUSY : undefined;
    const id = randomUUID();
    if (!refusal) {
      const { subject, text } = readMail(raw);
      for (const one of to)
        this.world.accept({ gateway: 'smtp', to: one, content: `${subject}\n\n${text}`, at: clock.now(), callId: id });
    }
    if (latencyMs) await sleep(latencyMs);
    if (!refusal && faults.strikes(dropAfterAccept)) return void this.socket.destroy();
    this.say(refusal ?? `250 2.0.0 queued as ${id}`);
  }

  private say(line: string): void {
    if (!this.socket.destroyed && this.socket.writable) this.socket.write(`${line}\r\n`);
  }
}
