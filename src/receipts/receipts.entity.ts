import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BillDifferenceEntity, BillEntity } from './reconciliation/reconciliation.entity.js';
import { NumberedKey, OptionalWholeNumber, WholeNumber } from '../platform/index.js';

@Entity('receipts')
export class ReceiptEntity {
  @NumberedKey() id!: number;
  @Column({ type: 'varchar', length: 32 }) gateway!: string;
  @Column({ type: 'varchar', length: 64 }) dedupeKey!: string;
  @Column({ type: 'varchar', length: 64, nullable: true }) ref!: string | null;
  @Column({ type: 'varchar', length: 32, nullable: true }) addressKey!: string | null;
  @OptionalWholeNumber() deliveryRef!: number | null;
  @Column({ type: 'varchar', length: 12 }) outcome!: string;
  @Column({ type: 'varchar', length: 64, nullable: true }) code!: string | null;
  @Column({ type: 'int' }) attended!: number;
  @Column({ type: 'int', nullable: true }) seconds!: number | null;
  @Column({ type: 'varchar', length: 4, nullable: true }) keyPressed!: string | null;
  @WholeNumber() at!: number;
  @WholeNumber() receivedAt!: number;
  @Column({ type: 'varchar', length: 10 }) status!: string;
  @OptionalWholeNumber() deliveryId!: number | null;
  @Column({ type: 'text', nullable: true }) detail!: string | null;
}

@Entity('uplinks')
export class UplinkEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) id!: string;
  @Column({ type: 'varchar', length: 32 }) gateway!: string;
  @Column({ type: 'varchar', length: 64 }) dedupeKey!: string;
  @Column({ type: 'varchar', length: 32 }) addressKey!: string;
  @Column({ type: 'text' }) address!: string;
  @Column({ type: 'text' }) text!: string;
  @Column({ type: 'varchar', length: 10 }) kind!: string;
  @Column({ type: 'varchar', length: 8 }) status!: string;
  @Column({ type: 'varchar', length: 12, nullable: true }) township!: string | null;
  @OptionalWholeNumber() personId!: number | null;
  @OptionalWholeNumber() deliveryId!: number | null;
  @WholeNumber() receivedAt!: number;
  @OptionalWholeNumber() answeredAt!: number | null;
  @Column({ type: 'varchar', length: 26, nullable: true }) handledBy!: string | null;
  @OptionalWholeNumber() handledAt!: number | null;
  @Column({ type: 'text', nullable: true }) note!: string | null;
}

export const receiptsEntities = [ReceiptEntity, UplinkEntity, BillEntity, BillDifferenceEntity];
