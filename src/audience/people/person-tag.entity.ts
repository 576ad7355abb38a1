import { Column, Entity, PrimaryColumn } from 'typeorm';
import { NumberedKey, WholeNumber } from '../../platform/index.js';

/** A tag of a person, when it was last confirmed, and what brought it. */
@Entity('person_tags')
export class PersonTagEntity {
  @NumberedKey() personId!: number;
  @PrimaryColumn({ type: 'varchar', length: 40 }) tag!: string;
  @WholeNumber() confirmedAt!: number;
  @Column({ type: 'varchar', length: 26, nullable: true }) sourceId!: string | null;
}
