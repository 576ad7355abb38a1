import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { CountyTime, invalidInput, notFound, type InputMistake, type Page } from '../../platform/index.js';
import type { GroupChatEntity } from './group-chat.entity.js';
import { groupChatChangeSchema, groupChatListSchema, newGroupChatSchema } from './group-chat.schemas.js';
import { GroupChats } from './group-chats.service.js';

const problemOf = ({ error, detail }: { error: 'notFound' | 'badInput'; detail?: unknown }) =>
  error === 'notFound' ? notFound() : invalidInput(detail as InputMistake[]);

@Controller('group-chats')
export class GroupChatsController {
  constructor(
    private readonly groupChats: GroupChats,
    private readonly county: CountyTime,
  ) {}

  @Get()
  @Needs('groupChats.read')
  async list(
    @Query({ schema: groupChatListSchema }) query: z.output<typeof groupChatListSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<ReturnType<GroupChatsController['view']>>> {
    const { cursor, limit, platform } = query;
    const page = await this.groupChats.list(caller.scope, { after: cursor, limit, platform });
    return { items: page.items.map((chat) => this.view(chat)), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @Needs('groupChats.read')
  async one(@Param('id') id: string, @Caller() caller: Actor) {
    const chat = await this.groupChats.get(id, caller.scope);
    if (!chat) throw notFound();
    return this.view(chat);
  }

  @Post()
  @Needs('groupChats.write')
  async create(
    @Body({ schema: newGroupChatSchema }) body: z.output<typeof newGroupChatSchema>,
    @Caller() caller: Actor,
  ) {
    const made = await this.groupChats.create(body, caller);
    if (!made.ok) throw problemOf(made);
    return this.view(made.value);
  }

  @Put(':id')
  @Needs('groupChats.write')
  async change(
    @Param('id') id: string,
    @Body({ schema: groupChatChangeSchema }) body: z.output<typeof groupChatChangeSchema>,
    @Caller() caller: Actor,
  ) {
    const changed = await this.groupChats.change(id, body, caller);
    if (!changed.ok) throw problemOf(changed);
    return this.view(changed.value);
  }

  /** Of the robot only that there is one. */
  private view({
    id,
    name,
    platform,
    township,
    population,
    headCount,
    headCountAt,
    owner,
    robotWebhook,
    robotSecret,
  }: GroupChatEntity) {
    return {
      id,
      name,
      platform,
      township,
      population,
      headCount,
      headCountAt: this.county.iso(headCountAt),
      owner,
      hasRobot: robotWebhook !== null,
      hasSecret: robotSecret !== null,
    };
  }
}
