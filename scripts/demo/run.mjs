import { DAY, dateText, isoText, midnight } from '../island/county-time.mjs';
import { makeIsland } from '../island/island.mjs';
import { Api } from './api.mjs';
import { launchCampaigns } from './campaigns.mjs';
import { chooseDatabase, noteRunning } from './database.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { bringGroupChats, bringOptOuts, importPeople, importTold } from './island-in.mjs';
import { Month } from './month.mjs';
import { makeUsers, Product } from './product.mjs';
import { showMonth } from './results.mjs';
import { Simulator } from './simulator.mjs';
import { grouped, say, step } from './steps.mjs';

/** Rights of the programs that act during the month, so that nobody's session has to last it. */
const DESK = ['events', 'uplinks', 'tasks'];
const FIELD = ['tasks'];

/**
 * The demo from an empty database to the printed month. Answers what does not hold, and what is running.
 *
 * @param {{ root: string, people: number, seed: number, days: number, closers: (() => Promise<void> | void)[] }} options
 *   `closers` gets what has to be closed, in the order of opening
 */
export async function runDemo({ root, people, seed, days, closers }) {
  const database = await chooseDatabase(root);
  const simulator = await step(
    'starting the gateway simulator in a process of its own',
    () => Simulator.start({ root, seed }),
    ({ url }) => url,
  );
  closers.push(() => simulator.close());
  const start = midnight(Date.now()) - days * DAY;
  const product = await step(
    'opening and migrating the database, starting the product',
    () => openProduct({ root, database, simulator, start, closers }),
    ({ url }) => `${url}, ${database.url.replace(/:[^:@/]*@/, ':…@')}; its clock shows ${dateText(start)}`,
  );
  const users = await step(
    'making the demo users',
    () => makeUsers(product),
    (made) => `${made.users.length} users`,
  );
  const signIn = (name) => Api.signIn(product.url, name, users.password);
  const officer = await signIn('officer');
  const island = await step(
    'making the island',
    async () => makeIsland({ seed, people, start, end: Date.now() }),
    ({ counts: c, chats }) =>
      `${grouped(c.locals)} locals, ${grouped(c.migrants)} migrants, ${grouped(c.arrivals)} arrivals, ${grouped(c.special)} of them in special groups, ` +
      `${grouped(chats.length)} group chats; ${grouped(c.newcomers)} more will come during the month`,
  );
  await step('importing the people (POST /people/imports)', (note) => importPeople(officer, island, note), importTold);
  await step(
    'opt-outs and group chats',
    async () => [await bringOptOuts(officer, island), await bringGroupChats(officer, island, simulator.url)],
    ([optOuts, chats]) => `${grouped(optOuts)} opt-outs, ${grouped(chats)} group chats`,
  );
  const campaigns = await step(
    'five campaigns: made and submitted by the officer, read and approved by the approver',
    async (note) => launchCampaigns({ officer, approver: await signIn('approver') }, note),
  );
  const month = await step(
    `living ${days} days and what has passed of today`,
    async (note) => live({ product, simulator, island, users, officer, signIn, seed, start, note }),
    ({ tally, fieldwork: f }) =>
      `${grouped(tally.steps)} steps, ${grouped(tally.accepted)} events told (${tally.duplicates} twice), ${grouped(tally.pushed)} receipts and replies; ` +
      `owners posted ${grouped(f.posted)} and forgot ${grouped(f.forgotten)}, ${f.visits} visits, ${f.calls} call-backs, ${f.replies} replies answered (${f.alarms} alarms)`,
  );
  const auditor = await signIn('auditor');
  const begun = Date.now();
  const broken = await showMonth({ product, simulator, auditor, campaigns, month });
  say(`(reports and checks took ${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  return { broken, product, simulator, month, users, database };
}

async function openProduct({ root, database, simulator, start, closers }) {
  const product = await Product.open({ root, database, simulatorUrl: simulator.url, start });
  closers.push(() => product.close());
  if (database.isOwn) closers.push(noteRunning(database.marker, product.url));
  await simulator.callback('cloud-mas', product.receiptUrl('mas'));
  await simulator.callback('aliyun-voice', product.receiptUrl('voice'));
  return product;
}

/** The month ends when it is done being lived: its last hours are those that pass meanwhile. */
async function live({ product, simulator, island, users, officer, signIn, seed, start, note }) {
  const end = Date.now();
  const until = isoText(end + 30 * DAY);
  const token = async (name, scopes) => (await signIn(name)).withToken(product.url, 'demo', scopes, until);
  const workers = new Map();
  for (const name of users.grid) workers.set(name, await token(name, FIELD));
  const desk = await officer.withToken(product.url, 'demo', DESK, until);
  const fieldwork = new Fieldwork({ workers, officer: desk, seed });
  const month = new Month({ product, simulator, fieldwork, desk, island, start, end, note });
  await month.live();
  return Object.assign(month, { fieldwork: fieldwork.tally });
}

/** Both clocks go on by themselves from now; what fell due while the month was printed is done first. */
export async function leaveRunning({ product, simulator, month, users, database }) {
  await month.arrive(Date.now());
  product.runFreely();
  await simulator.setClock(null);
  const { keys } = database;
  say(`
The console and the API are open at ${product.url}  (API documents: ${product.url}/api/docs)
What each phone and group received: ${simulator.url}
Users, all with the password ${users.password}
  ${users.users.map(({ username }) => username).join(', ')}
${Object.keys(keys).length > 0 ? 'The keys of this database are in data/demo.keys.json.\n' : ''}Ctrl-C ends it.`);
}
