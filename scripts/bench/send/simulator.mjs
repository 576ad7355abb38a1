import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { root } from '../../ready.mjs';

/** The simulator in a process of its own, as `npm run simulator` starts it: `url`, the `cpu` seconds that it has used, `close`. */
export async function simulatorProcess() {
  const child = spawn(process.execPath, [join(root, 'dist/gateways/simulator/main.js'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  const url = await new Promise((found, lost) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const match = /listening on (\S+)/.exec(said);
      if (match) found(match[1]);
    });
    child.once('exit', () => lost(new Error('the simulator ended before it listened')));
  });
  const ask = async (path, body) => {
    const answer = await fetch(`${url}${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  return {
    url,
    ask,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
