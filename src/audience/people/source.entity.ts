import { Column, Entity, PrimaryColumn } from 'typeorm';
import { WholeNumber } from '../../platform/index.js';

/** What brought data in (an import, the API, the event feed), on which legal basis and for what. */
@Entity('sources')
export class SourceEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 }) id!: string;
  @Column({ type: 'varchar', length: 8 }) kind!: string;
  @Column({ type: 'varchar', length: 120 }) basis!: string;
  @Column({ type: 'varchar', length: 200 }) purpose!: string;
  @WholeNumber() createdAt!: number;
}
