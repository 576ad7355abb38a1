import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OptionalWholeNumber, WholeNumber } from './columns.js';

@Entity('id_blocks')
export class IdBlockEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 }) name!: string;
  @WholeNumber() next!: number;
}

@Entity('leases')
export class LeaseEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 }) name!: string;
  @Column({ type: 'varchar', length: 64 }) owner!: string;
  @WholeNumber() until!: number;
}

@Entity('deployment')
export class DeploymentEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 }) name!: string;
  @Column({ type: 'varchar', length: 255 }) value!: string;
}

@Entity('alarms')
export class AlarmEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) id!: string;
  @Column({ type: 'varchar', length: 40 }) kind!: string;
  @Column({ type: 'varchar', length: 80 }) subject!: string;
  @Column({ type: 'text' }) text!: string;
  @Column({ type: 'int' }) times!: number;
  @WholeNumber() raisedAt!: number;
  @WholeNumber() lastAt!: number;
  @OptionalWholeNumber() clearedAt!: number | null;
}

export const platformEntities = [IdBlockEntity, LeaseEntity, DeploymentEntity, AlarmEntity];
