import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Flag, OptionalWholeNumber, WholeNumber } from '../../platform/index.js';

const count = { type: 'int', default: 0 } as const;

/** One file that somebody brought: how far it is, and what became of its rows. */
@Entity('imports')
export class ImportEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) id!: string;
  @Column({ type: 'varchar', length: 255 }) fileName!: string;
  @Column({ type: 'varchar', length: 10 }) status!: string;
  @Flag() dryRun!: boolean;
  @Column({ type: 'text', nullable: true }) mapping!: string | null;
  @Column({ type: 'text', nullable: true }) defaults!: string | null;
  @Column(count) total!: number;
  @Column(count) created!: number;
  @Column(count) updated!: number;
  @Column(count) unchanged!: number;
  @Column(count) rejected!: number;
  @Column(count) doneLine!: number;
  @WholeNumber({ default: 0 }) bytes!: number;
  @WholeNumber({ default: 0 }) doneBytes!: number;
  @Column({ type: 'text', nullable: true }) header!: string | null;
  @Column({ type: 'text', nullable: true }) error!: string | null;
  @Column({ type: 'text', nullable: true }) warnings!: string | null;
  @Column({ type: 'varchar', length: 12, nullable: true }) township!: string | null;
  @Column({ type: 'varchar', length: 26, nullable: true }) createdBy!: string | null;
  @WholeNumber() createdAt!: number;
  @OptionalWholeNumber() startedAt!: number | null;
  @OptionalWholeNumber() finishedAt!: number | null;
}
