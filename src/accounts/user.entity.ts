import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Flag, OptionalWholeNumber, WholeNumber } from '../platform/index.js';

@Entity('users')
export class UserEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;
  @Column({ type: 'varchar', length: 64 })
  username!: string;
  @Column({ type: 'varchar', length: 255 })
  passwordHash!: string;
  @Column({ type: 'varchar', length: 16 })
  role!: string;
  /** The code of the township that a township officer's queries are held to. */
  @Column({ type: 'varchar', length: 12, nullable: true })
  township!: string | null;
  /** Sealed. */
  @Column({ type: 'text', nullable: true })
  phone!: string | null;
  @Column({ type: 'varchar', length: 32, nullable: true })
  phoneKey!: string | null;
  @OptionalWholeNumber()
  phoneVerifiedAt!: number | null;
  /** Sealed; where notices go. */
  @Column({ type: 'text', nullable: true })
  email!: string | null;
  /** Sealed; the account at 浙政钉. */
  @Column({ type: 'text', nullable: true })
  accountId!: string | null;
  /** Sealed, base32; asked for at sign-in. */
  @Column({ type: 'text', nullable: true })
  totpSecret!: string | null;
  /** Sealed; shown once, not yet confirmed by a first code. */
  @Column({ type: 'text', nullable: true })
  totpPending!: string | null;
  /** The last time step whose code was taken: a code is good once. */
  @OptionalWholeNumber()
  totpStep!: number | null;
  @Flag()
  mayReadSensitive!: boolean;
  @OptionalWholeNumber()
  disabledAt!: number | null;
  /** The administrator who gave this account what one alone may not give; another one enables it. */
  @Column({ type: 'varchar', length: 26, nullable: true })
  heldBy!: string | null;
  @WholeNumber()
  createdAt!: number;
}
