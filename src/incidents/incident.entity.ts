import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Json, OptionalWholeNumber, WholeNumber } from '../platform/index.js';

/** A case that happened, without a name: it moves weights and checks reports, and says nothing about anybody. */
@Entity('incidents')
export class IncidentEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;
  @Column({ type: 'varchar', length: 40 })
  type!: string;
  @Column({ type: 'varchar', length: 40, nullable: true })
  trick!: string | null;
  @Column({ type: 'varchar', length: 12, nullable: true })
  township!: string | null;
  @Json({ nullable: true })
  tags!: string[] | null;
  @WholeNumber()
  occurredAt!: number;
  /** In fen, a hundredth of a yuan. */
  @OptionalWholeNumber()
  loss!: number | null;
  @WholeNumber()
  createdAt!: number;
  /** Keyed index of the victim's phone: whether somebody who was warned was hit all the same can be asked, who it was cannot be read. */
  @Column({ type: 'varchar', length: 32, nullable: true })
  victimKey!: string | null;
}

export const incidentsEntities = [IncidentEntity];
