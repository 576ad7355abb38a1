import { Column, Entity, PrimaryColumn } from 'typeorm';
import { WholeNumber } from '../../platform/index.js';

/** How far retention has come: of a kind of data, up to which instant; of `daily`, on which county day it last ran. */
@Entity('retention_marks')
export class RetentionMarkEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 }) kind!: string;
  @Column({ type: 'int' }) day!: number;
  @WholeNumber() doneUntil!: number;
  @WholeNumber() at!: number;
}
