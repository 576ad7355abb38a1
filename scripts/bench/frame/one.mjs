/** One topic on one database, for `npm run bench`; the figures go to the parent as they come. */
import process from 'node:process';
import { load, openHouse } from './house.mjs';
import { judged } from './measure.mjs';

const [name, on, part, size] = process.argv.slice(2);
// As each of the product's entries begins.
await load('frugal.js');
const topic = await import(`../${name}.mjs`);
const figure = (what) => process.send(judged(what));
try {
  await topic.measure({
    on,
    part,
    size: size === '' ? topic.size : Number(size),
    isOwnSize: size === '' || Number(size) === topic.size,
    figure,
    load,
    house: (options) => openHouse(on, options),
  });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  process.disconnect();
}
