import { Column, Entity, PrimaryColumn } from 'typeorm';
import { NumberedKey, OptionalWholeNumber } from '../../platform/index.js';

/** When a person last heard from us, as cheap to filter by as a column of the person. */
@Entity('contact_facts')
export class ContactFactsEntity {
  @NumberedKey()
  personId!: number;

  @OptionalWholeNumber()
  lastContactedAt!: number | null;

  @OptionalWholeNumber()
  lastReachedAt!: number | null;

  @OptionalWholeNumber()
  lastAttendedAt!: number | null;

  @Column({ type: 'int', default: 0 })
  tricksReached!: number;
}

/** What a person was told of one trick: planned last, reached last, and how often. */
@Entity('trick_facts')
export class TrickFactsEntity {
  @NumberedKey()
  personId!: number;

  @PrimaryColumn({ type: 'varchar', length: 40 })
  trick!: string;

  @Column({ type: 'varchar', length: 40 })
  type!: string;

  @OptionalWholeNumber()
  plannedAt!: number | null;

  @OptionalWholeNumber()
  reachedAt!: number | null;

  @Column({ type: 'int', default: 0 })
  times!: number;
}
