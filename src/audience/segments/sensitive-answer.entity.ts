import { Column, Entity, PrimaryColumn } from 'typeorm';
import { WholeNumber } from '../../platform/index.js';

/** A count of a sensitive rule as it was shown: a group that differs from it by a few people is shown the same. */
@Entity('sensitive_answers')
export class SensitiveAnswerEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) id!: string;
  /** The township that the count was held to; '' for the county. */
  @Column({ type: 'varchar', length: 12 }) scope!: string;
  @Column({ type: 'text' }) rule!: string;
  @Column({ type: 'int' }) exact!: number;
  @Column({ type: 'text' }) answer!: string;
  @WholeNumber() at!: number;
}
