import { ContactFactsEntity, TrickFactsEntity } from './contact-facts/contact-facts.entity.js';
import { PersonEventEntity } from './events/person-event.entity.js';
import { FolderFileEntity } from './folders/folder-file.entity.js';
import { ImportRejectEntity } from './imports/import-reject.entity.js';
import { ImportEntity } from './imports/import.entity.js';
import { PersonAliasEntity, PersonConflictEntity } from './conflicts/conflict.entity.js';
import { SourceEntity } from './people/source.entity.js';
import { ErasureEntity } from './people/erasure.entity.js';
import { MembershipEntity } from './people/membership.entity.js';
import { PersonTagEntity } from './people/person-tag.entity.js';
import { PersonEntity } from './people/person.entity.js';
import { GroupChatEntity } from './group-chats/group-chat.entity.js';
import { OptOutEntity, PhoneHealthEntity } from './opt-outs/opt-out.entity.js';
import { RetentionMarkEntity } from './retention/retention-mark.entity.js';
import { SensitiveAnswerEntity } from './segments/sensitive-answer.entity.js';
import { SegmentEntity } from './segments/segment.entity.js';

/** Every table of the audience room. */
export const audienceEntities = [
  PersonEntity,
  MembershipEntity,
  PersonTagEntity,
  ErasureEntity,
  SourceEntity,
  PersonConflictEntity,
  PersonAliasEntity,
  ImportEntity,
  ImportRejectEntity,
  FolderFileEntity,
  PersonEventEntity,
  ContactFactsEntity,
  TrickFactsEntity,
  GroupChatEntity,
  OptOutEntity,
  PhoneHealthEntity,
  SegmentEntity,
  SensitiveAnswerEntity,
  RetentionMarkEntity,
];
