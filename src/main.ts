import './frugal.js';
import { ConfigError, loadConfig } from './platform/index.js';
import { DatabaseBehind, startApp } from './app.js';

const ROLES = ['api', 'scheduler', 'worker'] as const;

const usage = `Usage: npm start -- [--role api,scheduler,worker] [--migrate]

  --role      which roles this process plays (all by default)
  --migrate   brings a MySQL/MariaDB database up to date first

Environment: PORT, HOST, DATABASE_URL, REDIS_URL, TIDECALL_CONFIG, TIDECALL_DATA_KEY, TIDECALL_INDEX_KEY`;

class WrongWords extends Error {}

function readWords(words: readonly string[]): {
  roles: { api: boolean; scheduler: boolean; worker: boolean };
  migrate: boolean;
} {
  let chosen: readonly string[] = ROLES;
  let migrate = false;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i]!;
    if (word === '--migrate') migrate = true;
    else if (word === '--role' || word.startsWith('--role=')) {
      const value = word.includes('=') ? word.slice('--role='.length) : words[(i += 1)];
      chosen = (value ?? '').split(',').filter(Boolean);
      const unknown = chosen.filter((role) => !(ROLES as readonly string[]).includes(role));
      if (chosen.length === 0 || unknown.length > 0)
        throw new WrongWords(`unknown role: ${unknown.join(', ') || '(none)'}`);
    } else throw new WrongWords(`unknown word: ${word}`);
  }
  return {
    roles: { api: chosen.includes('api'), scheduler: chosen.includes('scheduler'), worker: chosen.includes('worker') },
    migrate,
  };
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    console.log(usage);
    return;
  }
  const { roles, migrate } = readWords(words);
  const running = await startApp({ config: loadConfig(), roles, migrate });
  console.log(
    running.url
      ? `Tidecall is ready at ${running.url} (API at ${running.url}/api/docs)`
      : 'Tidecall is running without an API role.',
  );
}

main().catch((error: unknown) => {
  if (error instanceof WrongWords) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
  if ((error as { code?: string }).code === 'EADDRINUSE') {
    console.error('The port is taken by another program: set PORT to a free one.');
    process.exit(1);
  }
  console.error(error instanceof ConfigError || error instanceof DatabaseBehind ? error.message : error);
  process.exit(1);
});
