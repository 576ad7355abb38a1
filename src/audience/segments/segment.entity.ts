import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Flag, Json, OptionalWholeNumber, WholeNumber } from '../../platform/index.js';
import type { Rule, Subject } from './rule.js';

@Entity('segments')
export class SegmentEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  @Column({ type: 'varchar', length: 10 })
  subject!: Subject;

  @Json()
  rule!: Rule;

  @Column({ type: 'int' })
  version!: number;

  @Flag()
  isSensitive!: boolean;

  /** The township whose officer made it; null for the county's. */
  @Column({ type: 'varchar', length: 12, nullable: true })
  township!: string | null;

  @Column({ type: 'varchar', length: 26, nullable: true })
  createdBy!: string | null;

  @WholeNumber()
  createdAt!: number;

  @WholeNumber()
  updatedAt!: number;

  @OptionalWholeNumber()
  deletedAt!: number | null;
}
