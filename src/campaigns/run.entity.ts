import { Column, Entity, PrimaryColumn } from 'typeorm';
import { NumberedKey, OptionalWholeNumber, WholeNumber } from '../platform/index.js';

@Entity('runs')
export class RunEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;
  @Column({ type: 'varchar', length: 26 })
  campaignId!: string;
  @Column({ type: 'int' })
  version!: number;
  @WholeNumber()
  occurrence!: number;
  @Column({ type: 'varchar', length: 10 })
  kind!: string;
  @Column({ type: 'varchar', length: 10 })
  status!: string;
  @Column({ type: 'int' })
  day!: number;
  @Column({ type: 'varchar', length: 64 })
  seed!: string;
  @Column({ type: 'varchar', length: 64, nullable: true })
  planCursor!: string | null;
  @OptionalWholeNumber()
  plannedAt!: number | null;
  @Column({ type: 'varchar', length: 64, nullable: true })
  planOwner!: string | null;
  @OptionalWholeNumber()
  planUntil!: number | null;
  @Column({ type: 'text', nullable: true })
  reason!: string | null;
  @Column({ type: 'varchar', length: 26, nullable: true })
  startedBy!: string | null;
  @Column({ type: 'varchar', length: 10, nullable: true })
  pausedBy!: string | null;
  @WholeNumber()
  createdAt!: number;
  @OptionalWholeNumber()
  startedAt!: number | null;
  @OptionalWholeNumber()
  settledAt!: number | null;
}

/** A row of the tide table: a due occurrence and what became of it. */
@Entity('occurrences')
export class OccurrenceEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  campaignId!: string;
  @NumberedKey()
  at!: number;
  @Column({ type: 'varchar', length: 10 })
  status!: string;
  @Column({ type: 'varchar', length: 26, nullable: true })
  runId!: string | null;
  @Column({ type: 'varchar', length: 160, nullable: true })
  reason!: string | null;
  @OptionalWholeNumber()
  startedAt!: number | null;
  @OptionalWholeNumber()
  finishedAt!: number | null;
}

/** An event that has made its outreach in a campaign; unique for ever. */
@Entity('event_triggers')
export class EventTriggerEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  campaignId!: string;
  @NumberedKey()
  eventId!: number;
  @WholeNumber()
  personId!: number;
  @Column({ type: 'varchar', length: 26 })
  runId!: string;
}
