import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { OptionalWholeNumber, WholeNumber } from '../platform/index.js';

/** What settlement told and is not yet a leaf. */
@Entity('settlement_events')
export class SettlementEventEntity {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: number;
  @WholeNumber()
  deliveryId!: number;
  @OptionalWholeNumber()
  personId!: number | null;
  @Column({ type: 'varchar', length: 12 })
  status!: string;
  @Column({ type: 'int' })
  attended!: number;
  @Column({ type: 'varchar', length: 64, nullable: true })
  code!: string | null;
  @WholeNumber()
  at!: number;
}

/** A commitment to one event. The leaf stays for ever; the event beside it goes with its person. */
@Entity('settlement_leaves')
export class SettlementLeafEntity {
  @PrimaryColumn({ type: 'int' })
  day!: number;
  @PrimaryColumn({ type: 'int' })
  place!: number;
  @Column({ type: 'varchar', length: 64 })
  leaf!: string;
  @WholeNumber()
  deliveryId!: number;
  @OptionalWholeNumber()
  personId!: number | null;
  @Column({ type: 'varchar', length: 12, nullable: true })
  status!: string | null;
  @Column({ type: 'int', nullable: true })
  attended!: number | null;
  @Column({ type: 'varchar', length: 64, nullable: true })
  code!: string | null;
  @OptionalWholeNumber()
  at!: number | null;
}

@Entity('settlement_salts')
export class SettlementSaltEntity {
  /** 0 for all group chats. */
  @PrimaryColumn({ type: 'bigint' })
  personId!: number;
  @Column({ type: 'varchar', length: 43 })
  salt!: string;
}

@Entity('settlement_roots')
export class SettlementRootEntity {
  @PrimaryColumn({ type: 'int' })
  day!: number;
  @Column({ type: 'int' })
  leaves!: number;
  @Column({ type: 'varchar', length: 64 })
  root!: string;
  @WholeNumber()
  closedAt!: number;
}

@Entity('sent_roots')
export class SentRootEntity {
  @PrimaryColumn({ type: 'varchar', length: 160 })
  target!: string;
  @PrimaryColumn({ type: 'int' })
  day!: number;
  @WholeNumber()
  at!: number;
}
