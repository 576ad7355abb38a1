/**
 * Fails the build where a page's first load is heavier than it may be: all scripts that it needs before anything is clicked,
 * gzipped. The phone's pages and the sign-in stay under 350 KB, the others under 480 KB.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'));
const LIGHT = new Set(['sign-in', 'today', 'approvals', 'tasks']);
const limitOf = (page) => (LIGHT.has(page) ? 350 : 480);

const weights = new Map();
const weightOf = (file) => {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(dist + file)).length);
  return weights.get(file);
};

/** A chunk and all that it imports at once. */
function needed(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of manifest[key].imports ?? []) needed(other, seen);
  return seen;
}

const entry = needed('index.html');
const pages = Object.keys(manifest).flatMap((key) => {
  const found = /^src\/pages\/([^/]+)\/[^/]+\.tsx$/.exec(key);
  return found && manifest[key].isDynamicEntry ? [{ page: found[1], key }] : [];
});
let failed = 0;
for (const { page, key } of [{ page: 'sign-in', key: 'index.html' }, ...pages]) {
  const files = new Set([...entry, ...needed(key)].map((k) => manifest[k].file));
  const bytes = [...files].reduce((sum, file) => sum + weightOf(file), 0);
  const kb = bytes / 1024;
  const isOver = kb > limitOf(page);
  if (isOver) failed += 1;
  console.log(`${isOver ? '✗' : '✓'} ${page.padEnd(14)} ${kb.toFixed(0).padStart(4)} KB of ${limitOf(page)} (${key})`);
}
process.exit(failed === 0 ? 0 : 1);
