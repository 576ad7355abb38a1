import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OptionalWholeNumber, WholeNumber } from '../platform/index.js';

@Entity('campaigns')
export class CampaignEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;
  @Column({ type: 'varchar', length: 128 })
  name!: string;
  @Column({ type: 'varchar', length: 10 })
  status!: string;
  @Column({ type: 'int' })
  latestVersion!: number;
  @Column({ type: 'int', nullable: true })
  approvedVersion!: number | null;
  @OptionalWholeNumber()
  nextRunAt!: number | null;
  @OptionalWholeNumber()
  activatedAt!: number | null;
  @Column({ type: 'varchar', length: 12, nullable: true })
  township!: string | null;
  /** Why the clock suspended it; null where a person paused it or it goes on. */
  @Column({ type: 'varchar', length: 160, nullable: true })
  pausedReason!: string | null;
  /** 1: its approval is its start (an urgent one made in one step). */
  @Column({ type: 'int' })
  startsOnApproval!: number;
  @Column({ type: 'varchar', length: 26 })
  createdBy!: string;
  @WholeNumber()
  createdAt!: number;
  @WholeNumber()
  updatedAt!: number;
}

/** One version of a definition with its way through review. */
@Entity('campaign_versions')
export class CampaignVersionEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  campaignId!: string;
  @PrimaryColumn({ type: 'int' })
  version!: number;
  @Column({ type: 'varchar', length: 10 })
  status!: string;
  /** Canonical JSON: what the digest was taken of. */
  @Column({ type: 'text' })
  definition!: string;
  @Column({ type: 'varchar', length: 64 })
  digest!: string;
  @Column({ type: 'varchar', length: 26 })
  editedBy!: string;
  /** JSON list of the ids of all who edited this version: none of them may approve it. */
  @Column({ type: 'text' })
  editors!: string;
  @WholeNumber()
  editedAt!: number;
  @Column({ type: 'varchar', length: 26, nullable: true })
  submittedBy!: string | null;
  @OptionalWholeNumber()
  submittedAt!: number | null;
  @Column({ type: 'varchar', length: 26, nullable: true })
  reviewedBy!: string | null;
  @OptionalWholeNumber()
  reviewedAt!: number | null;
  @Column({ type: 'text', nullable: true })
  remark!: string | null;
  @Column({ type: 'text', nullable: true })
  preflight!: string | null;
}
