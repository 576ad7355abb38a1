import { Column, Entity, PrimaryColumn } from 'typeorm';
import { NumberedKey, OptionalWholeNumber, WholeNumber } from '../../platform/index.js';

/** That a person belongs to a population, since when and until when, and what brought it. */
@Entity('memberships')
export class MembershipEntity {
  @NumberedKey() personId!: number;
  @PrimaryColumn({ type: 'varchar', length: 10 }) kind!: string;
  @OptionalWholeNumber() since!: number | null;
  @OptionalWholeNumber() until!: number | null;
  @Column({ type: 'varchar', length: 26, nullable: true }) sourceId!: string | null;
  @WholeNumber() createdAt!: number;
}
