import { Module } from '@nestjs/common';
import { ContactFactsModule } from './contact-facts/contact-facts.module.js';
import { EventsModule } from './events/events.module.js';
import { FoldersModule } from './folders/folders.module.js';
import { GroupChatsModule } from './group-chats/group-chats.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { OptOutsModule } from './opt-outs/opt-outs.module.js';
import { PeopleModule } from './people/people.module.js';
import { RecipientsModule } from './recipients/recipients.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { SegmentsModule } from './segments/segments.module.js';

const rooms = [
  // Imports stand before people: GET /people/imports must not be taken for a person called "imports".
  ImportsModule,
  FoldersModule,
  PeopleModule,
  EventsModule,
  SegmentsModule,
  RecipientsModule,
  GroupChatsModule,
  OptOutsModule,
  ContactFactsModule,
  RetentionModule,
];

/** Everybody who may be contacted. */
@Module({ imports: rooms, exports: rooms })
export class AudienceModule {}
