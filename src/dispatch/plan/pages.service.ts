import { Injectable } from '@nestjs/common';
import { Recipients, type PlanPerson } from '../../audience/index.js';
import type { Gateway } from '../../gateways/index.js';
import type { Script } from '../../library/index.js';
import { Clock, Config, Vault } from '../../platform/index.js';
import { Messages } from '../messages.service.js';
import { decideChat, decidePerson, type Decision, type Pen } from './decide.js';
import { LooksService } from './looks.service.js';
import type { PlanContext, PlanStep } from './plan-context.js';

/** One page of a plan: who was decided how, and where the next page begins (null: nobody is left). */
export interface PlanPage {
  readonly decisions: readonly Decision[];
  readonly next: string | null;
}

const PEOPLE = 'p:';
const CHATS = 'c:';

/** Reads and decides the pages of a plan, and writes nothing: the pre-flight and the plan are the same walk. */
@Injectable()
export class Pages {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly vault: Vault,
    private readonly recipients: Recipients,
    private readonly looks: LooksService,
    private readonly messages: Messages,
  ) {}

  /**
   * The page behind `cursor`: first the people, then the group chats, of the steps that are planned with the run. A dry walk,
   * whose earlier pages stand in no table, remembers in `seen` the addresses that it has used.
   */
  async first(context: PlanContext, cursor: string | null, seen?: Set<string>): Promise<PlanPage> {
    const steps = context.steps.filter((s) => !s.after);
    const personal = steps.filter((s) => s.channel !== 'chat');
    const chat = steps.filter((s) => s.channel === 'chat');
    if (!cursor?.startsWith(CHATS)) {
      const page =
        personal.length > 0
          ? await this.people(context, personal, { after: Number(cursor?.slice(PEOPLE.length) ?? 0), seen })
          : null;
      if (page?.next) return page;
      const next = chat.length > 0 && context.groupRule ? CHATS : null;
      return { decisions: page?.decisions ?? [], next };
    }
    return this.chats(context, chat, cursor.slice(CHATS.length));
  }

  private async people(
    context: PlanContext,
    steps: readonly PlanStep[],
    from: { after: number; seen: Set<string> | undefined },
  ): Promise<PlanPage> {
    const limit = this.config.settings.dispatch.pageSize;
    const people = await this.recipients.page({
      rule: context.rule,
      at: this.clock.now(),
      scope: { township: context.township },
      after: from.after,
      limit,
      ...(context.run.isEvent && context.run.id ? { among: { runId: context.run.id } } : {}),
      ...(context.spread ? { spread: context.spread } : {}),
      ...(context.deferredIn ? { deferredIn: context.deferredIn } : {}),
    });
    const decisions: Decision[] = [];
    for (const step of steps) decisions.push(...(await this.decided({ context, step, people, seen: from.seen })));
    return { decisions, next: people.length === limit ? `${PEOPLE}${people.at(-1)!.id}` : null };
  }

  /** Decides given people on one step: a page of the segment, or those whom an earlier step of the ladder did not reach. */
  decide(context: PlanContext, step: PlanStep, people: readonly PlanPerson[]): Promise<Decision[]> {
    return this.decided({ context, step, people, seen: undefined });
  }

  private async decided(page: {
    context: PlanContext;
    step: PlanStep;
    people: readonly PlanPerson[];
    seen: Set<string> | undefined;
  }): Promise<Decision[]> {
    const { context, step, people, seen } = page;
    const fetched = await this.looks.of(context, step, people);
    if (seen) for (const key of fetched.taken) seen.add(key);
    // A dry walk goes on with one and the same set: copying it for every page would cost more than all else.
    const looks = seen ? { ...fetched, taken: seen } : fetched;
    return people.map((person) => decidePerson(context, step, person, looks, this.pen));
  }

  private async chats(context: PlanContext, steps: readonly PlanStep[], after: string): Promise<PlanPage> {
    const limit = this.config.settings.dispatch.pageSize;
    const chats = await this.recipients.chats({
      rule: context.groupRule!,
      at: this.clock.now(),
      scope: { township: context.township },
      after,
      limit,
    });
    const decisions = steps.flatMap((step) => chats.map((chat) => decideChat(step, chat, this.pen)));
    return { decisions, next: chats.length === limit ? `${CHATS}${chats.at(-1)!.id}` : null };
  }

  private readonly pen: Pen = {
    chatAddress: ({ webhook, secret, owner }) => {
      if (owner !== null && webhook === null) return this.vault.seal(owner);
      if (webhook === null) return null;
      const opened = this.vault.openOrNull(secret);
      return this.vault.seal(
        JSON.stringify({ webhook: this.vault.open(webhook), ...(opened ? { secret: opened } : {}) }),
      );
    },
    compose: (script: Script, gateway: Gateway, around) => this.messages.compose(script, gateway, around),
    personal: (person: PlanPerson, script: Script) => {
      if (!this.messages.isPersonal(script)) return {};
      const name = this.vault.openOrNull(person.name);
      const township = this.config.township(person.township)?.name;
      return { ...(name ? { name } : {}), ...(township ? { township } : {}) };
    },
  };
}
