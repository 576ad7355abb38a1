import { Column, Entity } from 'typeorm';
import { Flag, NumberedKey, OptionalWholeNumber, WholeNumber } from '../../platform/index.js';

/** One row a human being. Name, phone and e-mail are sealed; `...Key` columns are their blind indexes. */
@Entity('people')
export class PersonEntity {
  @NumberedKey() id!: number;
  @Column({ type: 'varchar', length: 64 }) externalId!: string;
  @Column({ type: 'text', nullable: true }) name!: string | null;
  @Column({ type: 'text', nullable: true }) phone!: string | null;
  @Column({ type: 'varchar', length: 32, nullable: true }) phoneKey!: string | null;
  @Column({ type: 'varchar', length: 10, nullable: true }) phoneKind!: string | null;
  @Column({ type: 'varchar', length: 26, nullable: true }) phoneSourceId!: string | null;
  @Column({ type: 'text', nullable: true }) email!: string | null;
  @Column({ type: 'varchar', length: 32, nullable: true }) emailKey!: string | null;
  @Column({ type: 'varchar', length: 12, nullable: true }) township!: string | null;
  @Column({ type: 'varchar', length: 64, nullable: true }) community!: string | null;
  @Column({ type: 'varchar', length: 10, nullable: true }) birthDate!: string | null;
  @Column({ type: 'varchar', length: 8, nullable: true }) gender!: string | null;
  @Column({ type: 'varchar', length: 8, nullable: true }) language!: string | null;
  @Column({ type: 'varchar', length: 64, nullable: true }) school!: string | null;
  @Column({ type: 'varchar', length: 64, nullable: true }) guardianOf!: string | null;
  @Column({ type: 'int' }) spreadSlot!: number;
  @Flag() synthetic!: boolean;
  @Column({ type: 'varchar', length: 32 }) digest!: string;
  @Column({ type: 'varchar', length: 26, nullable: true }) importId!: string | null;
  /** When the last membership was taken away; it says nothing while there is one. */
  @OptionalWholeNumber() leftAt!: number | null;
  @WholeNumber() createdAt!: number;
  @WholeNumber() updatedAt!: number;
}
