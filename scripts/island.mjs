import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DAY, isoText, midnight } from './island/county-time.mjs';
import { peopleCsv } from './island/csv.mjs';
import { makeIsland, USUAL_PEOPLE } from './island/island.mjs';

const usage = `Usage: node scripts/island.mjs [--people ${USUAL_PEOPLE}] [--seed 1] [--days 31] [--out data/island]

Writes a synthetic island: people.csv (for POST /people/imports), events.json, group-chats.json, opt-outs.json.`;

const wholeNumber = (text, name) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number above 0, not "${text}"`);
  return Number(text);
};

function main() {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: String(USUAL_PEOPLE) },
      seed: { type: 'string', default: '1' },
      days: { type: 'string', default: '31' },
      out: { type: 'string', default: 'data/island' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const end = Date.now();
  const start = midnight(end) - wholeNumber(values.days, 'days') * DAY;
  const people = wholeNumber(values.people, 'people');
  const island = makeIsland({ seed: wholeNumber(values.seed, 'seed'), people, start, end });
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'people.csv'), peopleCsv(island.people));
  for (const [name, content] of [
    ['events', island.happenings.map((h) => ({ ...h, at: isoText(h.at) }))],
    ['group-chats', island.chats],
    ['opt-outs', { externalIds: island.optOuts }],
  ]) {
    writeFileSync(join(values.out, `${name}.json`), JSON.stringify(content, null, 1));
  }
  console.log(`${values.out}: ${JSON.stringify(island.counts)}, ${island.happenings.length} happenings`);
}

try {
  main();
} catch (error) {
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
