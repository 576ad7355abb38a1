import type { Carried } from './forecast.service.js';
import type { Decision, Skipped, ToSend } from './decide.js';
import type { PlanContext } from './plan-context.js';

const SAMPLES = 8;

const perCall = ({ gateway: { limits }, message }: ToSend): number =>
  Math.max(limits.ownContent, message.variables === null ? limits.sameContent : 1);

const count = (numbers: Record<string, number>, key: string): void => {
  numbers[key] = (numbers[key] ?? 0) + 1;
};

/** What the pages of a dry walk add up to. */
export class Summary {
  readonly samples: ToSend[] = [];
  private readonly skipped: Record<string, number> = {};
  private readonly byChannel: Record<string, { targeted: number; planned: number }> = {};
  private readonly byTrick: Record<string, number> = {};
  private readonly byTownship: Record<string, number> = {};
  private readonly persons = new Set<number>();
  private readonly calls = new Map<string, { send: ToSend; n: number }>();
  private readonly longestOf = new Map<string, ToSend>();
  private readonly yielding = new Map<string, Set<number>>();
  private readonly chats = new Set<string>();
  private parts = 0;
  private cost = 0;

  add(decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      const channel = (this.byChannel[decision.step.channel] ??= { targeted: 0, planned: 0 });
      channel.targeted += 1;
      if (decision.personId !== null) this.persons.add(decision.personId);
      else this.chats.add(decision.recipient);
      if (decision.kind === 'skip') {
        count(this.skipped, decision.reason);
        this.keepYield(decision);
        continue;
      }
      channel.planned += 1;
      count(this.byTrick, decision.script.trick);
      count(this.byTownship, decision.township);
      if (decision.step.channel === 'sms') this.parts += decision.message.parts;
      this.cost += decision.message.parts * decision.gateway.costPerPart;
      const key = `${decision.gateway.key}\u0000${decision.step.channel}`;
      const known = this.calls.get(key);
      this.calls.set(key, { send: decision, n: (known?.n ?? 0) + 1 });
      this.keepSample(decision);
      this.keepLongest(decision);
    }
  }

  /** One of each channel first, then different tricks: what somebody who approves wants to read. */
  private keepSample(send: ToSend): void {
    if (this.samples.length >= SAMPLES) return;
    if (this.samples.some((s) => s.script.versionId === send.script.versionId)) return;
    this.samples.push(send);
  }

  private keepLongest(send: ToSend): void {
    const known = this.longestOf.get(send.step.channel);
    if (!known || send.message.text.length > known.message.text.length) this.longestOf.set(send.step.channel, send);
  }

  private keepYield({ personId, yieldsTo }: Skipped): void {
    if (yieldsTo === undefined || personId === null) return;
    const people = this.yielding.get(yieldsTo) ?? new Set<number>();
    people.add(personId);
    this.yielding.set(yieldsTo, people);
  }

  /** How many recipients were looked at so far. */
  get recipients(): number {
    return this.persons.size + this.chats.size;
  }

  /** People by the campaign that goes first, the most first. */
  yields(): Map<string, number> {
    return new Map([...this.yielding].map(([id, people]) => [id, people.size] as const).sort((a, b) => b[1] - a[1]));
  }

  longest(): ToSend[] {
    return [...this.longestOf.values()];
  }

  /** By gateway and channel. */
  carried(): Carried[] {
    return [...this.calls.values()].map(({ send, n }) => ({
      gateway: send.gateway.key,
      channel: send.step.channel,
      recipients: n,
      perCall: perCall(send),
    }));
  }

  numbers(context: PlanContext) {
    const planned = Object.values(this.byChannel).reduce((n, c) => n + c.planned, 0);
    const skipped = Object.values(this.skipped).reduce((n, m) => n + m, 0);
    return {
      targeted: planned + skipped,
      targetedPeople: this.persons.size,
      skipped: this.skipped,
      planned,
      byChannel: this.byChannel,
      byTrick: this.byTrick,
      byTownship: this.byTownship,
      estimate: {
        messages: planned,
        smsParts: this.parts,
        cost: Math.round(this.cost * 10_000) / 10_000,
        duration: `PT${this.seconds()}S`,
      },
      ladderUpTo: Object.fromEntries(context.steps.filter((s) => s.after).map((s) => [s.channel, this.persons.size])),
    };
  }

  /** How long the slowest gateway needs under its own limits, in seconds; the windows come on top. */
  private seconds(): number {
    const each = [...this.calls.values()].map(({ send, n }) => {
      const { limits } = send.gateway;
      const calls = Math.ceil(n / perCall(send));
      return Math.max(calls / (limits.perSecond ?? Infinity), calls / ((limits.perMinute ?? Infinity) / 60));
    });
    return Math.ceil(Math.max(0, ...each));
  }
}
