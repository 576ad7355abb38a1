import { Module } from '@nestjs/common';
import { GroupChatsController } from './group-chats.controller.js';
import { GroupChats } from './group-chats.service.js';

@Module({ controllers: [GroupChatsController], providers: [GroupChats], exports: [GroupChats] })
export class GroupChatsModule {}
