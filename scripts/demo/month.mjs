import { DAY, dateText, midnight } from '../island/county-time.mjs';
import { LOOKS, SLOTS } from './fieldwork.mjs';
import { grouped } from './steps.mjs';

/** However close the next thing is, the clock goes on by at least this much: a gateway's limit fills up in a second. */
const LEAST_STEP = 1_000;
/** Receipts that come close together are let come together. */
const RECEIPTS_TOGETHER = 90_000;
const POST_AT_ONCE = 5_000;
/** After so many of the smallest steps in a row something is plainly stuck. */
const MOST_HURRIED_STEPS = 20_000;

/**
 * Lives the month event by event: to the next instant at which anything falls due, there everything that is due, then on.
 *
 * @typedef {{ at: number, act: () => Promise<void> }} Action
 */
export class Month {
  #product;
  #simulator;
  #fieldwork;
  #desk;
  /** @type {Action[]} in order; what is done is passed */
  #agenda;
  #passed = 0;
  #note;
  tally = {
    arrivals: 0,
    registrations: 0,
    departures: 0,
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    pushed: 0,
    lost: 0,
    steps: 0,
  };

  /**
   * @param {{ product: import('./product.mjs').Product, simulator: import('./simulator.mjs').Simulator,
   *   fieldwork: import('./fieldwork.mjs').Fieldwork, desk: import('./api.mjs').Api,
   *   island: import('../island/island.mjs').Island, start: number, end: number, note: (text: string) => void }} parts
   */
  constructor({ product, simulator, fieldwork, desk, island, start, end, note }) {
    this.#product = product;
    this.#simulator = simulator;
    this.#fieldwork = fieldwork;
    this.#desk = desk;
    this.#note = note;
    this.start = start;
    this.end = end;
    this.#agenda = [...this.#happenings(island), ...this.#workdays(), ...this.#midnights()].sort((a, b) => a.at - b.at);
  }

  #happenings({ happenings }) {
    return happenings.map(({ at, events }) => ({ at, act: () => this.#tell(events) }));
  }

  /** The ferry's or the registration desk's feed. */
  async #tell(events) {
    for (let i = 0; i < events.length; i += POST_AT_ONCE) {
      const told = await this.#desk.post('/events', { events: events.slice(i, i + POST_AT_ONCE) });
      this.tally.accepted += told.accepted;
      this.tally.duplicates += told.duplicates;
      this.tally.rejected += told.rejected.length;
    }
    const seen = new Set();
    for (const { type, externalId, person, occurredAt } of events) {
      const key = `${type}/${externalId ?? person.externalId}/${occurredAt}`;
      if (!seen.has(key)) this.tally[`${type}s`] += 1;
      seen.add(key);
    }
  }

  #workdays() {
    const actions = [];
    for (let day = midnight(this.start); day < this.end; day += DAY) {
      for (const slot of SLOTS)
        actions.push({ at: day + slot, act: () => this.#work(day + slot, LOOKS.includes(slot)) });
    }
    return actions.filter(({ at }) => at >= this.start && at <= this.end);
  }

  async #work(at, isLook) {
    if (isLook) {
      await this.#fieldwork.look(at);
      await this.#fieldwork.answerReplies();
    }
    await this.#fieldwork.work(at);
  }

  #midnights() {
    const actions = [];
    const days = Math.ceil((this.end - this.start) / DAY);
    let before = { messages: 0, at: Date.now(), ...this.tally, ...this.#fieldwork.tally };
    for (let n = 1; n <= days; n += 1) {
      const at = Math.min(this.start + n * DAY, this.end);
      const act = async () => {
        const now = { messages: await this.#handedOver(), at: Date.now(), ...this.tally, ...this.#fieldwork.tally };
        const more = (name) => grouped(now[name] - before[name]);
        this.#note(
          `day ${String(n).padStart(2)}/${days} ${dateText(at - 1)}: ${more('messages')} handed over, ${more('pushed')} receipts, ` +
            `${more('posted')} posts attested, ${more('arrivals')} arrivals (${((now.at - before.at) / 1000).toFixed(1)} s)`,
        );
        before = now;
      };
      actions.push({ at, act });
    }
    return actions;
  }

  async #handedOver() {
    return Object.values(await this.#simulator.stats()).reduce((sum, { messages }) => sum + messages, 0);
  }

  /** Lives it all; afterwards both clocks stand at its end. */
  async live() {
    let at = this.start;
    let hurried = 0;
    while (at < this.end) {
      await this.arrive(at);
      const next = Math.min(this.end, Math.max(await this.#nextAt(), at + LEAST_STEP));
      hurried = next - at > LEAST_STEP ? 0 : hurried + 1;
      if (hurried > MOST_HURRIED_STEPS) throw new Error(`something is due for ever at ${new Date(at).toISOString()}`);
      at = next;
    }
    await this.arrive(this.end);
  }

  /** Brings both clocks to `at` and does what is due then. The product's goes first: nothing is told from its future. */
  async arrive(at) {
    this.#product.clock.set(at);
    const { pushed, failed } = await this.#simulator.setClock(at);
    this.tally.pushed += pushed;
    this.tally.lost += failed;
    this.tally.steps += 1;
    while (this.#passed < this.#agenda.length && this.#agenda[this.#passed].at <= at) {
      await this.#agenda[this.#passed++].act();
    }
    await this.#product.settle();
  }

  async #nextAt() {
    const receiptsAt = await this.#simulator.nextDueAt();
    const moments = [
      await this.#product.clockwork.nextDueAt(),
      await this.#product.dispatch.nextDueAt(),
      receiptsAt === null ? null : receiptsAt + RECEIPTS_TOGETHER,
      this.#agenda[this.#passed]?.at ?? null,
    ];
    return Math.min(...moments.filter((at) => at !== null), this.end);
  }
}
