/**
 * `npm run bench`: the product's figures, each beside the limit measured in the same run through the same driver.
 * A topic is a file of `scripts/bench/`: it says what it measures (`about`), on which databases (`databases`, none where it
 * needs none), over how many things (`size`), in which `parts` where it has several, and `measure({ on, part, size, figure, house, load })` hands in its figures. Each part runs
 * on each database in a process of its own, so that the memory of one is not counted to another. docs/performance.md explains them.
 */
import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ready, root } from './ready.mjs';
import { answersMariadb } from './bench/frame/databases.mjs';
import { printHead, printRow } from './bench/frame/table.mjs';
import { readWords, USAGE } from './bench/frame/words.mjs';

const folder = join(root, 'scripts', 'bench');
const topics = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => basename(file, '.mjs'))
  .sort();
const words = readWords(process.argv.slice(2), topics);
if (!words.ok) {
  console.error(words.problem);
  process.exit(2);
}
if (words.help) {
  console.log(`${USAGE}\nTopics: ${topics.join(', ')}`);
  process.exit(0);
}

/** One part of a topic on one database, in a process of its own; true where it came to its end. */
function one(topic, { on, part }, take) {
  return new Promise((done) => {
    const child = fork(join(folder, 'frame', 'one.mjs'), [topic, on, part, String(words.size ?? '')], {
      // The second as `npm start` has it.
      execArgv: ['--expose-gc', '--max-semi-space-size=4'],
    });
    child.on('message', take);
    child.on('exit', (code) => done(code === 0));
  });
}

await ready();
const hasMariadb = words.on.includes('mariadb') && (await answersMariadb());
const load = loadavg()[0].toFixed(1);
console.log(`node ${process.version}, ${cpus().length} cores, load ${load} before the run`);
const figures = [];
const failed = [];
const leftOut = [];
for (const topic of words.only) {
  const { about, databases = ['none'], parts = [''] } = await import(pathToFileURL(join(folder, `${topic}.mjs`)).href);
  console.log(`\n${topic}: ${about}`);
  printHead();
  for (const on of databases.filter((database) => database === 'none' || words.on.includes(database))) {
    if (on === 'mariadb' && !hasMariadb) {
      leftOut.push(`${topic} on mariadb: nothing answers there (TEST_MYSQL_URL names another server)`);
      continue;
    }
    for (const part of parts) {
      const isWhole = await one(topic, { on, part }, (figure) => {
        const row = { topic, on, ...figure };
        figures.push(row);
        printRow(row);
      });
      if (!isWhole) failed.push(`${topic} ${part} on ${on}`);
    }
  }
}

const path = words.json ? resolve(words.json) : join(root, 'artefacts', 'bench.json');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(
  path,
  `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: cpus().length, load: Number(load), figures, failed, leftOut }, null, 2)}\n`,
);
const missed = figures.filter((figure) => figure.held === false);
console.log(`\n${figures.length} figures, ${missed.length} beyond their goal; written to ${path}`);
for (const what of failed) console.log(`Failed: ${what}`);
for (const what of leftOut) console.log(`Left out: ${what}`);
process.exit(missed.length + failed.length > 0 ? 1 : 0);
