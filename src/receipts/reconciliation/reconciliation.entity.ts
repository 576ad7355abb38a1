import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OptionalWholeNumber, WholeNumber } from '../../platform/index.js';

/** One reading of what a gateway says of one county day, beside what our books said then. */
@Entity('bills')
export class BillEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) id!: string;
  @Column({ type: 'varchar', length: 32 }) gateway!: string;
  @Column({ type: 'int' }) day!: number;
  @Column({ type: 'varchar', length: 8 }) source!: string;
  @Column({ type: 'varchar', length: 64 }) digest!: string;
  @Column({ type: 'int' }) batches!: number;
  @WholeNumber() recipients!: number;
  @OptionalWholeNumber() parts!: number | null;
  @Column({ type: 'int' }) ourBatches!: number;
  @WholeNumber() ourRecipients!: number;
  @WholeNumber() ourParts!: number;
  @WholeNumber() ourUncertain!: number;
  @Column({ type: 'varchar', length: 64 }) readBy!: string;
  @WholeNumber() readAt!: number;
}

@Entity('bill_differences')
export class BillDifferenceEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) id!: string;
  @Column({ type: 'varchar', length: 32 }) gateway!: string;
  @Column({ type: 'int' }) day!: number;
  @Column({ type: 'varchar', length: 8 }) source!: string;
  @Column({ type: 'varchar', length: 64 }) ref!: string;
  @Column({ type: 'varchar', length: 10 }) kind!: string;
  @WholeNumber() ours!: number;
  @WholeNumber() theirs!: number;
  @Column({ type: 'varchar', length: 10 }) status!: string;
  @Column({ type: 'text', nullable: true }) note!: string | null;
  @Column({ type: 'varchar', length: 64, nullable: true }) changedBy!: string | null;
  @WholeNumber() foundAt!: number;
  @WholeNumber() changedAt!: number;
}
