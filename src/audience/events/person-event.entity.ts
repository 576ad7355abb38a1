import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { WholeNumber } from '../../platform/index.js';

/** An arrival, a departure or a registration. `triggers` is false where it counts but starts no outreach. */
@Entity('person_events')
export class PersonEventEntity {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Column({ type: 'varchar', length: 12 }) type!: string;
  @WholeNumber() personId!: number;
  @WholeNumber() occurredAt!: number;
  @Column({ type: 'varchar', length: 64, nullable: true }) place!: string | null;
  @WholeNumber() receivedAt!: number;
  @Column({ type: 'int' }) triggers!: number;
}
