import { Entity, PrimaryColumn } from 'typeorm';
import { WholeNumber } from '../../platform/index.js';

/** The keyed hash of an erased person's external id: who was erased stays erased when a file brings them again. */
@Entity('erasures')
export class ErasureEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 }) externalKey!: string;
  @WholeNumber() at!: number;
}
