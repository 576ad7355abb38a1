import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OptionalWholeNumber, WholeNumber } from '../platform/index.js';

@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;
  @Column({ type: 'varchar', length: 64 })
  tokenHash!: string;
  @Column({ type: 'varchar', length: 64 })
  csrfToken!: string;
  @Column({ type: 'varchar', length: 26 })
  userId!: string;
  @WholeNumber()
  createdAt!: number;
  @WholeNumber()
  lastSeenAt!: number;
  @OptionalWholeNumber()
  endedAt!: number | null;
  /** When it ends at the latest, before the usual end; null: with the usual end. */
  @OptionalWholeNumber()
  endsAt!: number | null;
}

@Entity('field_links')
export class FieldLinkEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;
  @Column({ type: 'varchar', length: 64 })
  tokenHash!: string;
  @Column({ type: 'varchar', length: 26 })
  userId!: string;
  @WholeNumber()
  createdAt!: number;
  @WholeNumber()
  expiresAt!: number;
  @OptionalWholeNumber()
  usedAt!: number | null;
  @OptionalWholeNumber()
  revokedAt!: number | null;
}

@Entity('api_tokens')
export class ApiTokenEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;
  @Column({ type: 'varchar', length: 64 })
  tokenHash!: string;
  @Column({ type: 'varchar', length: 26 })
  userId!: string;
  @Column({ type: 'varchar', length: 64 })
  name!: string;
  /** Rights, as a JSON list. */
  @Column({ type: 'text' })
  scopes!: string;
  @WholeNumber()
  createdAt!: number;
  @WholeNumber()
  expiresAt!: number;
  @OptionalWholeNumber()
  lastUsedAt!: number | null;
  @OptionalWholeNumber()
  revokedAt!: number | null;
}

@Entity('sign_in_attempts')
export class SignInAttemptEntity {
  @PrimaryColumn({ type: 'varchar', length: 160 })
  name!: string;
  @Column({ type: 'int' })
  failures!: number;
  @WholeNumber()
  firstAt!: number;
  @OptionalWholeNumber()
  blockedUntil!: number | null;
}
