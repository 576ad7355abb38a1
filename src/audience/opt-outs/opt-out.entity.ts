import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OptionalWholeNumber, WholeNumber } from '../../platform/index.js';

/** A number that refuses publicity on one channel or, as channel `all`, on every one. It outlives the person. */
@Entity('opt_outs')
export class OptOutEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  phoneKey!: string;

  @PrimaryColumn({ type: 'varchar', length: 8 })
  channel!: string;

  @WholeNumber()
  at!: number;

  @Column({ type: 'varchar', length: 16 })
  source!: string;
}

/** How often a number failed for good, and since when it is not used any more. */
@Entity('phone_health')
export class PhoneHealthEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  phoneKey!: string;

  @Column({ type: 'int' })
  failures!: number;

  @Column({ type: 'varchar', length: 32, nullable: true })
  lastCode!: string | null;

  @WholeNumber()
  lastAt!: number;

  @OptionalWholeNumber()
  suppressedAt!: number | null;
}
