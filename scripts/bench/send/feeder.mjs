/** `node feeder.mjs URL FILE CONCURRENT`: posts the file's lines as bodies, so many at once; says `fed` when all are acknowledged. A process of its own, as a gateway is. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Pool } from 'undici';

const [url, file, concurrent] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections: Number(concurrent) });
const bodies = readFileSync(file, 'utf8').split('\n').filter(Boolean);
let next = 0;
const lane = async () => {
  while (next < bodies.length) {
    const body = bodies[next++];
    const answer = await pool.request({
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`a push was answered with ${answer.statusCode}`);
  }
};
await Promise.all(Array.from({ length: Number(concurrent) }, lane));
console.log('fed');
await pool.close();
