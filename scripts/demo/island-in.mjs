import { peopleCsv } from '../island/csv.mjs';
import { CannotGoOn, grouped } from './steps.mjs';

const POLL_MS = 200;

/**
 * Brings the list of people in the way an officer does: the file is uploaded, then watched until it is read.
 *
 * @param {import('./api.mjs').Api} officer
 * @param {import('../island/island.mjs').Island} island
 * @param {(text: string) => void} note
 */
export async function importPeople(officer, island, note) {
  const form = new FormData();
  form.append('file', new Blob([peopleCsv(island.people)], { type: 'text/csv' }), '人员名单.csv');
  const { id } = await officer.post('/people/imports', form);
  let told = 0;
  for (;;) {
    const job = await officer.get(`/people/imports/${id}`);
    if (job.status === 'done') return checked(job, island);
    if (job.status !== 'queued' && job.status !== 'running')
      throw new CannotGoOn(`The import ended as ${job.status}: ${job.error}`);
    if (job.progress >= told + 0.25) note(`${Math.round((told = job.progress) * 100)} % of the list`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Whoever is not on the list of mistakes is in. */
function checked(job, { people, mistakes }) {
  const wrong = mistakes.invalidPhones + mistakes.repeatedRows;
  if (job.total !== people.length || job.created !== people.length - wrong) {
    throw new Error(`of ${people.length} rows with ${wrong} mistakes the import says ${JSON.stringify(job)}`);
  }
  return job;
}

export const importTold = ({ total, created, updated, unchanged, rejected }) =>
  `${grouped(total)} rows: ${grouped(created)} created, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected`;

/** Those who said before that they want no such message. */
export async function bringOptOuts(officer, { optOuts }) {
  let added = 0;
  for (let i = 0; i < optOuts.length; i += 5000) {
    added += (await officer.put('/opt-outs', { externalIds: optOuts.slice(i, i + 5000) })).added;
  }
  return added;
}

/** A robot's address as its platform gives it out, with the simulator in the platform's place. */
const robotOf = ({ platform, token }, simulatorUrl) =>
  platform === 'wecom'
    ? { webhook: `${simulatorUrl}/wecom/cgi-bin/webhook/send?key=${token}` }
    : { webhook: `${simulatorUrl}/dingtalk/robot/send?access_token=${token}`, secret: `SEC${token}` };

export async function bringGroupChats(officer, { chats }, simulatorUrl) {
  for (const chat of chats) {
    const { token, ...rest } = chat;
    await officer.post('/group-chats', token === undefined ? rest : { ...rest, robot: robotOf(chat, simulatorUrl) });
  }
  return chats.length;
}
