import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { OptionalWholeNumber, WholeNumber } from '../platform/index.js';
import {
  SentRootEntity,
  SettlementEventEntity,
  SettlementLeafEntity,
  SettlementRootEntity,
  SettlementSaltEntity,
} from './settlement.entity.js';

/** Written once, sealed once, never changed again. */
@Entity('ledger_entries')
export class LedgerEntryEntity {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;
  @WholeNumber()
  at!: number;
  @Column({ type: 'varchar', length: 26, nullable: true })
  actorId!: string | null;
  @Column({ type: 'varchar', length: 64 })
  actor!: string;
  @Column({ type: 'varchar', length: 48 })
  action!: string;
  @Column({ type: 'varchar', length: 80 })
  subject!: string;
  @Column({ type: 'text' })
  detail!: string;
  @Column({ type: 'varchar', length: 64 })
  mac!: string;
  @OptionalWholeNumber()
  seq!: number | null;
  @Column({ type: 'varchar', length: 64, nullable: true })
  previousHash!: string | null;
  @Column({ type: 'varchar', length: 64, nullable: true })
  hash!: string | null;
}

/** One row: the last sealed entry, so that one that is cut off the end is missed. */
@Entity('ledger_head')
export class LedgerHeadEntity {
  @PrimaryColumn({ type: 'int' })
  id!: number;
  @WholeNumber()
  seq!: number;
  @Column({ type: 'varchar', length: 64 })
  hash!: string;
  @Column({ type: 'varchar', length: 64 })
  mac!: string;
  @WholeNumber()
  sealedAt!: number;
}

@Entity('ledger_checkpoints')
export class LedgerCheckpointEntity {
  @PrimaryColumn({ type: 'int' })
  day!: number;
  @WholeNumber()
  firstSeq!: number;
  @WholeNumber()
  lastSeq!: number;
  @Column({ type: 'varchar', length: 64 })
  root!: string;
  @WholeNumber()
  sealedAt!: number;
}

export const auditEntities = [
  LedgerEntryEntity,
  LedgerHeadEntity,
  LedgerCheckpointEntity,
  SettlementEventEntity,
  SettlementLeafEntity,
  SettlementSaltEntity,
  SettlementRootEntity,
  SentRootEntity,
];
