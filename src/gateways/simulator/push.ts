import { Pool } from 'undici';

/** What the other side answered to a push. */
export interface Pushed {
  status: number;
  body: string;
}

const MAX_ANSWER_CHARS = 4_096;

/** Posts JSON over kept connections, one pool for each origin. */
export class Pusher {
  private readonly pools = new Map<string, Pool>();

  /**
   * Posts `payload` as JSON to `url`; waits at most ten seconds.
   * Throws what undici throws when nobody answers; every HTTP status is an answer.
   */
  async post(url: string, payload: unknown): Promise<Pushed> {
    const { origin, pathname, search } = new URL(url);
    const { statusCode, body } = await this.pool(origin).request({
      method: 'POST',
      path: pathname + search,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(payload),
    });
    return { status: statusCode, body: (await body.text()).slice(0, MAX_ANSWER_CHARS) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
    this.pools.clear();
  }

  private pool(origin: string): Pool {
    const known = this.pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: 8,
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
      connect: { timeout: 5_000 },
    });
    this.pools.set(origin, pool);
    return pool;
  }
}
