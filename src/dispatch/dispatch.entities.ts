import { Column, Entity, PrimaryColumn } from 'typeorm';
import { NumberedKey, OptionalWholeNumber, WholeNumber } from '../platform/index.js';

const Text = (length: number) => Column({ type: 'varchar', length });
const OptionalText = (length: number) => Column({ type: 'varchar', length, nullable: true });
const Long = () => Column({ type: 'text', nullable: true });
const Int = () => Column({ type: 'int' });
const OptionalInt = () => Column({ type: 'int', nullable: true });
const Key = (length: number) => PrimaryColumn({ type: 'varchar', length });

@Entity('deliveries')
export class DeliveryEntity {
  @NumberedKey() id!: number;
  @Text(26) runId!: string;
  @Text(26) campaignId!: string;
  @Int() step!: number;
  @Text(8) channel!: string;
  @Text(32) gateway!: string;
  @Text(32) recipient!: string;
  @OptionalWholeNumber() personId!: number | null;
  @OptionalText(26) groupChatId!: string | null;
  @Long() address!: string | null;
  @OptionalText(32) addressKey!: string | null;
  @Text(10) population!: string;
  @Text(12) township!: string;
  @Text(40) type!: string;
  @Text(40) trick!: string;
  @WholeNumber() scriptVersionId!: number;
  @OptionalInt() suffixMonth!: number | null;
  @OptionalWholeNumber() sentenceId!: number | null;
  @Long() variables!: string | null;
  @Text(32) contentDigest!: string;
  @Text(255) why!: string;
  @Int() parts!: number;
  @OptionalInt() headCount!: number | null;
  @Int() urgent!: number;
  @Int() day!: number;
  @WholeNumber() batchId!: number;
  @OptionalWholeNumber() callId!: number | null;
  @OptionalText(64) ref!: string | null;
  @Text(12) status!: string;
  @OptionalText(64) code!: string | null;
  @Int() attempts!: number;
  @Int() attended!: number;
  @OptionalInt() seconds!: number | null;
  @Int() cost!: number;
  @WholeNumber() plannedAt!: number;
  @OptionalWholeNumber() expiresAt!: number | null;
  @OptionalWholeNumber() sentAt!: number | null;
  @OptionalWholeNumber() settledAt!: number | null;
  @OptionalWholeNumber() receiptAt!: number | null;
  @OptionalWholeNumber() finalAt!: number | null;
}

@Entity('skips')
export class SkipEntity {
  @NumberedKey() id!: number;
  @Text(26) runId!: string;
  @Text(26) campaignId!: string;
  @Int() step!: number;
  @Text(8) channel!: string;
  @Text(32) recipient!: string;
  @OptionalWholeNumber() personId!: number | null;
  @OptionalText(26) groupChatId!: string | null;
  @Text(10) population!: string;
  @Text(12) township!: string;
  @Text(24) reason!: string;
  @Int() day!: number;
  @WholeNumber() at!: number;
}

@Entity('batches')
export class BatchEntity {
  @NumberedKey() id!: number;
  @Text(26) runId!: string;
  @Text(26) campaignId!: string;
  @Text(32) gateway!: string;
  @Text(8) channel!: string;
  @Int() step!: number;
  @Int() size!: number;
  @Text(10) status!: string;
  @Int() priority!: number;
  @WholeNumber() dueAt!: number;
  @OptionalWholeNumber() expiresAt!: number | null;
  @OptionalText(64) owner!: string | null;
  @Int() fence!: number;
  @OptionalWholeNumber() leaseUntil!: number | null;
  @Int() tries!: number;
  @WholeNumber() createdAt!: number;
  @OptionalWholeNumber() doneAt!: number | null;
}

@Entity('calls')
export class CallEntity {
  @NumberedKey() id!: number;
  @WholeNumber() batchId!: number;
  @Text(26) runId!: string;
  @Text(32) gateway!: string;
  @Int() fence!: number;
  @Text(10) status!: string;
  @Int() size!: number;
  @OptionalText(64) ref!: string | null;
  @OptionalText(64) code!: string | null;
  @WholeNumber() openedAt!: number;
  @WholeNumber() leaseUntil!: number;
  @OptionalWholeNumber() settledAt!: number | null;
}

@Entity('contacts')
export class ContactEntity {
  @NumberedKey() deliveryId!: number;
  @Text(32) addressKey!: string;
  @Text(8) channel!: string;
  @Text(26) campaignId!: string;
  @Int() urgent!: number;
  @WholeNumber() at!: number;
}

@Entity('contact_locks')
export class ContactLockEntity {
  @Key(32) addressKey!: string;
}

@Entity('counters')
export class CounterEntity {
  @Key(26) runId!: string;
  @Key(8) channel!: string;
  @Key(32) gateway!: string;
  @Key(10) population!: string;
  @Key(12) township!: string;
  @Key(40) trick!: string;
  @PrimaryColumn({ type: 'int' }) shard!: number;
  @Text(40) type!: string;
  @Text(26) campaignId!: string;
  @Int() day!: number;
  @WholeNumber() pending!: number;
  @WholeNumber() awaiting!: number;
  @WholeNumber() delivered!: number;
  @WholeNumber() undelivered!: number;
  @WholeNumber() failed!: number;
  @WholeNumber() uncertain!: number;
  @WholeNumber() cancelled!: number;
  @WholeNumber() expired!: number;
  @WholeNumber() smsParts!: number;
  @WholeNumber() callAttempts!: number;
  @WholeNumber() callsAnswered!: number;
  @WholeNumber() estimatedReach!: number;
  @WholeNumber() attestedReach!: number;
  @WholeNumber() cost!: number;
}

@Entity('skip_counters')
export class SkipCounterEntity {
  @Key(26) runId!: string;
  @Key(8) channel!: string;
  @Key(10) population!: string;
  @Key(12) township!: string;
  @Key(24) reason!: string;
  @Text(26) campaignId!: string;
  @Int() day!: number;
  @WholeNumber() skipped!: number;
}

@Entity('tasks')
export class TaskEntity {
  @Key(26) id!: string;
  @Text(8) kind!: string;
  @Text(8) status!: string;
  @OptionalWholeNumber() deliveryId!: number | null;
  @OptionalText(26) uplinkId!: string | null;
  @OptionalWholeNumber() personId!: number | null;
  @OptionalText(26) groupChatId!: string | null;
  @OptionalText(12) township!: string | null;
  @OptionalText(64) assignee!: string | null;
  @WholeNumber() dueAt!: number;
  @OptionalText(16) outcome!: string | null;
  @Long() note!: string | null;
  @OptionalInt() appInstalled!: number | null;
  @OptionalText(200) place!: string | null;
  @OptionalWholeNumber() happenedAt!: number | null;
  @OptionalText(26) doneBy!: string | null;
  @OptionalWholeNumber() doneAt!: number | null;
  @WholeNumber() createdAt!: number;
}

@Entity('ladder_steps')
export class LadderStepEntity {
  @Key(26) runId!: string;
  @PrimaryColumn({ type: 'int' }) step!: number;
  @Text(8) status!: string;
  @OptionalWholeNumber() dueAt!: number | null;
  @OptionalText(64) planCursor!: string | null;
}

@Entity('gateway_states')
export class GatewayStateEntity {
  @Key(32) gateway!: string;
  @OptionalWholeNumber() stoppedAt!: number | null;
  @OptionalText(26) stoppedBy!: string | null;
  @OptionalText(26) startAskedBy!: string | null;
  @OptionalWholeNumber() startAskedAt!: number | null;
  @OptionalText(64) faultCode!: string | null;
  @OptionalWholeNumber() faultAt!: number | null;
  @OptionalWholeNumber() lastOkAt!: number | null;
}

@Entity('gateway_usage')
export class GatewayUsageEntity {
  @Key(32) gateway!: string;
  @PrimaryColumn({ type: 'int' }) day!: number;
  @WholeNumber() recipients!: number;
}

/** The instant, in microseconds, before which no further request of a gateway may leave, whoever sends it. */
@Entity('gateway_pace')
export class GatewayPaceEntity {
  @Key(32) gateway!: string;
  @WholeNumber() nextUs!: number;
}

/** How many calls one process may have open at a gateway; the shares of all together never exceed its limit. */
@Entity('gateway_shares')
export class GatewayShareEntity {
  @Key(32) gateway!: string;
  @Key(32) owner!: string;
  @Int() calls!: number;
  @WholeNumber() until!: number;
}

/** When an address was called through a gateway that counts so. */
@Entity('gateway_addresses')
export class GatewayAddressEntity {
  @Key(32) gateway!: string;
  @Key(32) addressKey!: string;
  /** JSON: instants, the earliest first. */
  @Column({ type: 'text' }) recent!: string;
  @WholeNumber() lastAt!: number;
}

/** A gateway's circuit breaker; `why` is null where it is closed. */
@Entity('gateway_breakers')
export class GatewayBreakerEntity {
  @Key(32) gateway!: string;
  @OptionalText(10) why!: string | null;
  @WholeNumber() changedAt!: number;
  @WholeNumber() tryAt!: number;
}

/** What a run's assignment was made of when its plan began; it stays, whatever becomes of matrix, cases and cadence. */
@Entity('run_assignments')
export class RunAssignmentEntity {
  @Key(26) runId!: string;
  /** Which trick's turn it is, for the rules that take turns. */
  @Int() turn!: number;
  @Int() weightsVersion!: number;
  /** JSON of the incident factors by type; null where the policy does not look at them. */
  @Long() factors!: string | null;
  @WholeNumber() createdAt!: number;
}

@Entity('run_releases')
export class RunReleaseEntity {
  @Key(26) runId!: string;
  @Text(10) status!: string;
  @Int() firstSize!: number;
  @Int() total!: number;
  @WholeNumber() openedAt!: number;
  @WholeNumber() lookAt!: number;
  @OptionalWholeNumber() decidedAt!: number | null;
  @Long() why!: string | null;
}

/** A notice that was given, or is about to be: its row stands before it goes, so that what went through goes once. */
@Entity('notices')
export class NoticeEntity {
  @Key(120) source!: string;
  @PrimaryColumn({ type: 'int' }) target!: number;
  @Text(10) status!: string;
  @WholeNumber() at!: number;
  @Int() tries!: number;
  @OptionalText(64) code!: string | null;
}

export const dispatchEntities = [
  DeliveryEntity,
  SkipEntity,
  BatchEntity,
  CallEntity,
  ContactEntity,
  ContactLockEntity,
  CounterEntity,
  SkipCounterEntity,
  TaskEntity,
  LadderStepEntity,
  RunAssignmentEntity,
  GatewayStateEntity,
  GatewayUsageEntity,
  GatewayPaceEntity,
  GatewayShareEntity,
  GatewayAddressEntity,
  GatewayBreakerEntity,
  RunReleaseEntity,
  NoticeEntity,
];
