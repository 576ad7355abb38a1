import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row that was not taken: why, and its cells, sealed. */
@Entity('import_rejects')
export class ImportRejectEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) importId!: string;
  @PrimaryColumn({ type: 'int' }) line!: number;
  @Column({ type: 'text' }) codes!: string;
  @Column({ type: 'text' }) cells!: string;
}
