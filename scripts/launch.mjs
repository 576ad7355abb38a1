/** `node scripts/launch.mjs dist/cli.js …`: makes the clone ready, then runs one of the product's entries in this process. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ready, root } from './ready.mjs';

const [entry, ...words] = process.argv.slice(2);
await ready();
const path = resolve(root, entry);
process.argv = [process.argv[0], path, ...words];
await import(pathToFileURL(path).href);
