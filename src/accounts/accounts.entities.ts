import { IdempotencyKeyEntity } from './idempotency.entity.js';
import { ApiTokenEntity, FieldLinkEntity, SessionEntity, SignInAttemptEntity } from './session.entity.js';
import { UserEntity } from './user.entity.js';

export const accountsEntities = [
  UserEntity,
  SessionEntity,
  ApiTokenEntity,
  SignInAttemptEntity,
  FieldLinkEntity,
  IdempotencyKeyEntity,
];
