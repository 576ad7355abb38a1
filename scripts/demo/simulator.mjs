import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { CannotGoOn } from './steps.mjs';

const companion = new URL('./leave-with-parent.mjs', import.meta.url).href;

/** The gateway simulator in a process of its own, and its controls. */
export class Simulator {
  #child;
  #hasGone = false;

  /** @param {string} url */
  constructor(url, child) {
    this.url = url;
    this.#child = child;
    child.once('exit', () => (this.#hasGone = true));
  }

  /** Starts it on a free port. @param {{ root: string, seed: number }} options */
  static async start({ root, seed }) {
    const main = join(root, 'dist', 'gateways', 'simulator', 'main.js');
    const child = spawn(process.execPath, ['--import', companion, main, '--port', '0', '--seed', String(seed)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.stderr.pipe(process.stderr, { end: false });
    const url = await new Promise((resolve, reject) => {
      let heard = '';
      child.stdout.on('data', (chunk) => {
        heard += chunk;
        const found = /listening on (http\S+)/.exec(heard);
        if (found) resolve(found[1]);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new CannotGoOn(`The simulator ended at once (${code}): see above.`)));
    });
    return new Simulator(url, child);
  }

  async #call(method, path, body) {
    if (this.#hasGone) throw new CannotGoOn('The simulator has ended.');
    const response = await fetch(`${this.url}/_sim${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`the simulator answered ${response.status} to ${method} ${path}: ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  }

  /** Where receipts of a gateway go. @param {'cloud-mas' | 'aliyun-voice'} gateway @param {string} url */
  callback(gateway, url) {
    return this.#call('POST', '/callbacks', { gateway, url });
  }

  /**
   * Sets its time; answers when everything that fell due until then was pushed and taken. Null: real time again.
   *
   * @param {number | null} at epoch ms
   * @returns {Promise<{ pushed: number, failed: number, pending: number }>} `failed` were given up
   */
  setClock(at) {
    return this.#call('POST', '/clock', { at: at === null ? null : new Date(at).toISOString() });
  }

  /** When it wants to speak next, epoch ms; null where it has nothing to say. */
  async nextDueAt() {
    const { nextDueAt } = await this.#call('GET', '/clock');
    return nextDueAt === null ? null : Date.parse(nextDueAt);
  }

  /** @returns {Promise<Record<string, { requests: number, messages: number, recipients: number, duplicates: number, rejectedSignatures: number }>>} */
  stats() {
    return this.#call('GET', '/stats');
  }

  /** Everything that a gateway was given, page after page. @param {string} gateway */
  async *messages(gateway) {
    for (let cursor = ''; cursor !== null;) {
      const page = await this.#call('GET', `/messages?gateway=${gateway}&limit=10000${cursor && `&cursor=${cursor}`}`);
      yield* page.items;
      cursor = page.nextCursor;
    }
  }

  async close() {
    if (this.#hasGone) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await gone;
  }
}
