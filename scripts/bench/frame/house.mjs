import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../ready.mjs';
import { emptyDatabase } from './databases.mjs';

/** A built module of the product, `load('audience/index.js')`. */
export const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);

const OFFICE = `office: { name: 示例县公安局, callerName: 示例县反诈中心, hotline: '96110' }
townships: [{ code: '330922100', name: 菜园镇 }, { code: '330922101', name: 嵊山镇 }]
synthetic: true
`;

/**
 * The whole product on an empty database, as it is deployed: encryption on, durable commits. `yaml` adds to the settings,
 * `clock` (epoch milliseconds) sets a clock that stands until it is moved, `roles` are off unless named, and nothing runs by itself
 * unless `schedules` says so. Close it at the end.
 */
export async function openHouse(on, { yaml = '', clock, roles, schedules = false } = {}) {
  const { startApp } = await load('app.js');
  const { loadConfig, SteppedClock } = await load('platform/index.js');
  const database = await emptyDatabase(on);
  const settings = join(database.folder, 'config.yaml');
  writeFileSync(settings, OFFICE + yaml);
  const key = () => randomBytes(32).toString('base64');
  const env = {
    DATABASE_URL: database.url,
    TIDECALL_CONFIG: settings,
    TIDECALL_DATA_KEY: key(),
    TIDECALL_INDEX_KEY: key(),
    PORT: '0',
  };
  const stepped = clock === undefined ? undefined : new SteppedClock(clock);
  try {
    const running = await startApp({
      config: loadConfig(env),
      ...(stepped && { clock: stepped }),
      roles: { api: false, scheduler: false, worker: false, ...roles },
      migrate: true,
      schedules,
      logLevels: ['error', 'fatal'],
    });
    return {
      get: (what) => running.app.get(what, { strict: false }),
      clock: stepped,
      url: running.url,
      databaseUrl: database.url,
      folder: database.folder,
      close: async () => {
        await running.close();
        await database.drop();
      },
    };
  } catch (error) {
    await database.drop();
    throw error;
  }
}
