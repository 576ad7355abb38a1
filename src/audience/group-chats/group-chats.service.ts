import { Injectable } from '@nestjs/common';
import { Accounts, type Actor, type Scope } from '../../accounts/index.js';
import {
  Chance, Clock, Config, Database, err, Ledger, marks, ok, pageOf, Vault, type ChatPlatform, type InputMistake, type Page, type Result,
} from '../../platform/index.js'; // prettier-ignore
import { chatMistakes } from './group-chat.js';
import { GroupChatEntity } from './group-chat.entity.js';

export interface GroupChat {
  readonly id: string;
  readonly name: string;
  readonly platform: ChatPlatform;
  readonly township: string;
  readonly population: string;
  readonly headCount: number;
}
export type MaskedGroupChat = Omit<GroupChat, 'population'>;

export interface GroupChatChange {
  readonly name?: string | undefined;
  readonly platform?: ChatPlatform | undefined;
  /** Its code or its name. */
  readonly township?: string | undefined;
  readonly population?: string | undefined;
  readonly headCount?: number | undefined;
  readonly owner?: string | null | undefined;
  readonly robot?: { readonly webhook: string; readonly secret?: string | null | undefined } | null | undefined;
}

export type NewGroupChat = GroupChatChange & {
  readonly name: string;
  readonly platform: ChatPlatform;
  readonly township: string;
  readonly population: string;
  readonly headCount: number;
};

type Refused = Result<GroupChatEntity, 'notFound' | 'badInput'>;

/** Group chats and what brings a post into them. A robot's address and secret are sealed and never read back. */
@Injectable()
export class GroupChats {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly accounts: Accounts,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly ledger: Ledger,
  ) {}

  /** For lists of deliveries: what may be shown of these group chats. */
  async masked(ids: readonly string[]): Promise<Map<string, MaskedGroupChat>> {
    const found = new Map<string, MaskedGroupChat>();
    const all = [...new Set(ids)];
    for (let i = 0; i < all.length; i += 5000) {
      const part = all.slice(i, i + 5000);
      const rows = await this.database.query<MaskedGroupChat>(
        `SELECT g.id, g.name, g.platform, g.township, g.headCount FROM group_chats g WHERE g.id IN (${marks(part.length)})`,
        part,
      );
      for (const row of rows) found.set(row.id, { ...row, headCount: Number(row.headCount) });
    }
    return found;
  }

  /** The robot's address and secret, in clear, for a test post; null where the group has none. */
  async robot(
    id: string,
    scope: Scope,
  ): Promise<{ platform: ChatPlatform; webhook: string; secret: string | null } | null> {
    const chat = await this.get(id, scope);
    if (!chat?.robotWebhook) return null;
    return {
      platform: chat.platform,
      webhook: this.vault.open(chat.robotWebhook),
      secret: this.vault.openOrNull(chat.robotSecret),
    };
  }

  async get(id: string, scope: Scope): Promise<GroupChatEntity | null> {
    return this.inScope(scope).andWhere('g.id = :id', { id }).getOne();
  }

  async list(
    scope: Scope,
    { after, limit, platform }: { after: string; limit: number; platform?: ChatPlatform | undefined },
  ): Promise<Page<GroupChatEntity>> {
    const query = this.inScope(scope)
      .andWhere('g.id > :after', { after })
      .orderBy('g.id')
      .limit(limit + 1);
    if (platform) query.andWhere('g.platform = :platform', { platform });
    return pageOf(
      await query.getMany(),
      limit,
      (g) => g.id,
      (g) => g,
    );
  }

  async create(chat: NewGroupChat, by: Actor): Promise<Refused> {
    const now = this.clock.now();
    const empty = {
      id: this.chance.id(this.clock),
      owner: null,
      robotWebhook: null,
      robotSecret: null,
      headCountAt: now,
      createdAt: now,
    };
    return this.keep({ ...empty, synthetic: this.config.settings.synthetic } as GroupChatEntity, chat, by);
  }

  async change(id: string, change: GroupChatChange, by: Actor): Promise<Refused> {
    return this.database.transaction(async () => {
      // Held until the change is done: what somebody else changes at the same moment is laid under this one, not lost.
      await this.database.query(`SELECT id FROM group_chats WHERE id = ?${this.database.forUpdate}`, [id]);
      const held = await this.get(id, by.scope);
      return held ? this.keep(held, change, by) : err('notFound');
    });
  }

  /** Lays what is given over what is held, checks the whole and keeps it. */
  private async keep(held: GroupChatEntity, given: GroupChatChange, by: Actor): Promise<Refused> {
    const now = this.clock.now();
    const robot = given.robot === undefined ? {} : this.sealed(given.robot, held.robotSecret);
    const township = given.township === undefined ? held.township : this.config.township(given.township)?.code;
    const chat: GroupChatEntity = {
      ...held,
      name: given.name ?? held.name,
      platform: given.platform ?? held.platform,
      township: township ?? '',
      population: given.population ?? held.population,
      headCount: given.headCount ?? held.headCount,
      headCountAt: given.headCount === undefined ? held.headCountAt : now,
      owner: given.owner === undefined ? held.owner : given.owner,
      ...robot,
      updatedAt: now,
    };
    const mistakes = await this.mistakes(chat, given, by);
    if (mistakes.length > 0) return err('badInput', mistakes);
    return this.database.transaction(async () => {
      await this.database.manager.save(GroupChatEntity, chat);
      const { platform, headCount } = chat;
      const detail = { platform, township: chat.township, headCount, robotChanged: given.robot !== undefined };
      await this.ledger.write({
        action: held.name === undefined ? 'groupChat.create' : 'groupChat.change',
        subject: `groupChat/${chat.id}`,
        by: { id: by.id, name: by.name },
        detail,
      });
      return ok(chat);
    });
  }

  /** Without a secret in it a robot keeps the one that it has; null takes it away. */
  private sealed(robot: GroupChatChange['robot'], heldSecret: string | null) {
    if (!robot) return { robotWebhook: null, robotSecret: null };
    const robotSecret = robot.secret === undefined ? heldSecret : this.vault.sealOrNull(robot.secret);
    return { robotWebhook: this.vault.seal(robot.webhook), robotSecret };
  }

  private async mistakes(chat: GroupChatEntity, given: GroupChatChange, by: Actor): Promise<InputMistake[]> {
    const mistakes: InputMistake[] = chatMistakes({
      platform: chat.platform,
      hasOwner: chat.owner !== null,
      hasRobot: chat.robotWebhook !== null,
    });
    if (chat.township === '') {
      const known = this.config.settings.townships.map((t) => t.name).join(', ');
      mistakes.push({ path: '/township', code: 'unknown_township', message: `one of ${known}, by name or code` });
    } else if (by.scope.township !== null && chat.township !== by.scope.township) {
      mistakes.push({
        path: '/township',
        code: 'other_township',
        message: 'you may keep the group chats of your own township',
      });
    }
    if (typeof given.owner === 'string' && !(await this.accounts.byUsername(given.owner))) {
      mistakes.push({ path: '/owner', code: 'unknown_user', message: 'no user of this name' });
    }
    return mistakes;
  }

  private inScope(scope: Scope) {
    const query = this.database.manager.createQueryBuilder(GroupChatEntity, 'g').where('1 = 1');
    return scope.township === null ? query : query.andWhere('g.township = :township', { township: scope.township });
  }
}
