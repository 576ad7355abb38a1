import { chanceOf } from '../island/chance.mjs';
import { DAY, HOUR, dateText, midnight } from '../island/county-time.mjs';

/** When people look at their tasks and do them, ms after midnight. */
export const LOOKS = [10.5 * HOUR, 17.5 * HOUR];
export const SLOTS = [10.5 * HOUR, 13 * HOUR, 17.5 * HOUR, 19.5 * HOUR];

/** A tenth of the posts is forgotten; the others are in the group within hours. */
const POSTS = [
  [null, 10],
  [SLOTS[0], 40],
  [SLOTS[1], 25],
  [SLOTS[2], 17],
  [SLOTS[3], 8],
];
const VISITS = [
  [{ outcome: 'met', appInstalled: true }, 52],
  [{ outcome: 'met', appInstalled: false }, 28],
  [{ outcome: 'notMet' }, 8],
  [{ outcome: 'declined' }, 4],
  [null, 8],
];
const CALLS = [
  [{ outcome: 'reached' }, 85],
  [{ outcome: 'notReached' }, 15],
];

/** What people do during the month: owners post in their groups, field workers visit and call back, the officer answers replies. */
export class Fieldwork {
  #workers;
  #officer;
  #seed;
  #lastSeen = new Map();
  #known = new Set();
  #planned = [];
  tally = { posted: 0, forgotten: 0, visits: 0, calls: 0, replies: 0, alarms: 0 };

  /** @param {{ workers: Map<string, import('./api.mjs').Api>, officer: import('./api.mjs').Api, seed: number }} people */
  constructor({ workers, officer, seed }) {
    this.#workers = workers;
    this.#officer = officer;
    this.#seed = seed;
  }

  /** Everybody looks at what is new on their list and makes up their mind when to do it. @param {number} at */
  async look(at) {
    await Promise.all([...this.#workers].map(([username, api]) => this.#lookOne(username, api, at)));
  }

  async #lookOne(username, api, at) {
    for (;;) {
      const page = await api.get('/tasks', { status: 'open', limit: 500, cursor: this.#lastSeen.get(username) });
      for (const task of page.items) this.#decide(task, username, at);
      if (page.items.length > 0) this.#lastSeen.set(username, page.items.at(-1).id);
      if (page.nextCursor === null) return;
    }
  }

  /** Two workers of a township see the same visit: whoever sees it first has it. */
  #decide(task, username, at) {
    if (this.#known.has(task.id)) return;
    this.#known.add(task.id);
    const whom = task.groupChat?.name ?? task.person?.externalId ?? task.id;
    const chance = chanceOf(this.#seed, 'task', task.kind, whom, dateText(at));
    const today = midnight(at);
    if (task.kind === 'post') {
      const slot = chance.weighed(POSTS);
      if (slot === null) this.tally.forgotten += 1;
      else this.#plan(task, username, Math.max(at, today + slot), { outcome: 'posted' });
      return;
    }
    const report = chance.weighed(task.kind === 'visit' ? VISITS : CALLS);
    if (report === null) return;
    this.#plan(task, username, task.kind === 'visit' ? today + DAY + SLOTS[2] : at, report);
  }

  #plan(task, username, at, report) {
    this.#planned.push({ at, task, username, report });
  }

  /** Does what is planned up to now; each attests what they did themselves. @param {number} at */
  async work(at) {
    const due = this.#planned.filter((one) => one.at <= at);
    this.#planned = this.#planned.filter((one) => one.at > at);
    await Promise.all(
      [...new Set(due.map((one) => one.username))].map((username) =>
        this.#workOne(due.filter((one) => one.username === username)),
      ),
    );
  }

  async #workOne(tasks) {
    for (const { task, username, report } of tasks) {
      await this.#workers.get(username).post(`/tasks/${task.id}/done`, report);
      if (task.kind === 'post') this.tally.posted += 1;
      else if (task.kind === 'visit') this.tally.visits += 1;
      else this.tally.calls += 1;
    }
  }

  /** The officer reads the replies that are no opt-out and deals with each. */
  async answerReplies() {
    for (const reply of await this.#officer.all('/uplinks', { status: 'open' })) {
      await this.#officer.post(`/uplinks/${reply.id}/handled`, { note: reply.alarm ? '已电话联系本人' : '已答复' });
      this.tally.replies += 1;
      if (reply.alarm) this.tally.alarms += 1;
    }
  }
}
