import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OptionalWholeNumber, WholeNumber } from '../../platform/index.js';

/** A file that was taken from a watched folder; its id stands before its name in `taking`, `done` and `failed`. */
@Entity('folder_files')
export class FolderFileEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) id!: string;
  @Column({ type: 'varchar', length: 32 }) folder!: string;
  /** Keyed, of the content and of how it is read: the same file again is known. */
  @Column({ type: 'varchar', length: 32 }) digest!: string;
  @Column({ type: 'varchar', length: 26, nullable: true }) importId!: string | null;
  @WholeNumber() takenAt!: number;
  /** `done`, `failed` or `again`; null while it is read. */
  @Column({ type: 'varchar', length: 10, nullable: true }) outcome!: string | null;
  @OptionalWholeNumber() endedAt!: number | null;
}
