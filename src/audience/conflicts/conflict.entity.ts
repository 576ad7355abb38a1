import { Column, Entity, PrimaryColumn } from 'typeorm';
import { NumberedKey, OptionalWholeNumber, WholeNumber } from '../../platform/index.js';

/** Two people under one number, and what was decided about them. */
@Entity('person_conflicts')
export class PersonConflictEntity {
  @NumberedKey() id!: number;
  @Column({ type: 'varchar', length: 12 }) kind!: string;
  @Column({ type: 'varchar', length: 32 }) phoneKey!: string;
  @WholeNumber() personId!: number;
  @WholeNumber() otherId!: number;
  @Column({ type: 'varchar', length: 26, nullable: true }) sourceId!: string | null;
  @WholeNumber() raisedAt!: number;
  @Column({ type: 'varchar', length: 12, nullable: true }) decision!: string | null;
  @Column({ type: 'varchar', length: 26, nullable: true }) decidedBy!: string | null;
  @OptionalWholeNumber() decidedAt!: number | null;
}

/** A second external id of a person, after somebody decided that both are one. */
@Entity('person_aliases')
export class PersonAliasEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 }) externalId!: string;
  @WholeNumber() personId!: number;
  /** The row that this id had of its own: what was sent to it, or answered by it, still carries that number. */
  @WholeNumber() formerId!: number;
}
