import { Redis } from 'ioredis';
import type { Config } from '../../platform/index.js';
import { errorText } from '../answer.js';
import { fail, ok, type Line } from './line.js';

const WAIT_MS = 3000;

/** Only where REDIS_URL names one; without it the batch table is the queue, and nothing is missing. */
export async function checkRedis({ environment }: Config): Promise<Line[]> {
  const { redisUrl } = environment;
  if (!redisUrl) return [ok('redis', 'not used: the batch table is the queue')];
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: WAIT_MS,
    commandTimeout: WAIT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let why: unknown = null;
  redis.on('error', (error) => (why ??= error));
  try {
    await redis.connect();
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'of unknown version';
    return [ok('redis', `answers, ${version}`)];
  } catch (error) {
    return [
      fail(
        'redis',
        errorText(why ?? error),
        'is it running, and is REDIS_URL right? Without REDIS_URL it is not needed',
      ),
    ];
  } finally {
    redis.disconnect();
  }
}
