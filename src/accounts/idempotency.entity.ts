import { Column, Entity, PrimaryColumn } from 'typeorm';
import { WholeNumber } from '../platform/index.js';

@Entity('idempotency_keys')
export class IdempotencyKeyEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  userId!: string;
  @PrimaryColumn({ type: 'varchar', length: 128 })
  idempotencyKey!: string;
  @Column({ type: 'varchar', length: 128 })
  route!: string;
  @Column({ type: 'varchar', length: 64 })
  bodyDigest!: string;
  @Column({ type: 'int', nullable: true })
  status!: number | null;
  /** Sealed JSON. */
  @Column({ type: 'text', nullable: true })
  response!: string | null;
  @WholeNumber()
  createdAt!: number;
}
