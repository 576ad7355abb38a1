import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ddl } from './ddl.js';

/** Instants are milliseconds (BIGINT); ids of few things are 26 characters, of many things numbers; `...Key` columns are blind indexes; sealed columns are TEXT. */
const platform = [
  `CREATE TABLE id_blocks (name VARCHAR(32) NOT NULL PRIMARY KEY, next BIGINT NOT NULL)`,
  `CREATE TABLE leases (name VARCHAR(64) NOT NULL PRIMARY KEY, owner VARCHAR(64) NOT NULL, until BIGINT NOT NULL)`,
  `CREATE TABLE deployment (name VARCHAR(32) NOT NULL PRIMARY KEY, value VARCHAR(255) NOT NULL)`,
  `CREATE TABLE alarms (id VARCHAR(26) NOT NULL PRIMARY KEY, kind VARCHAR(40) NOT NULL, subject VARCHAR(80) NOT NULL,
    text TEXT NOT NULL, times INT NOT NULL DEFAULT 1, raisedAt BIGINT NOT NULL, lastAt BIGINT NOT NULL, clearedAt BIGINT NULL)`,
  `CREATE INDEX ix_alarms_open ON alarms (kind, subject, clearedAt)`,
];

const accounts = [
  `CREATE TABLE users (id VARCHAR(26) NOT NULL PRIMARY KEY, username VARCHAR(64) NOT NULL, passwordHash VARCHAR(255) NOT NULL,
    role VARCHAR(16) NOT NULL, township VARCHAR(12) NULL, phone TEXT NULL, phoneKey VARCHAR(32) NULL, phoneVerifiedAt BIGINT NULL,
    totpSecret TEXT NULL, totpPending TEXT NULL, totpStep BIGINT NULL, mayReadSensitive INT NOT NULL DEFAULT 0, disabledAt BIGINT NULL, createdAt BIGINT NOT NULL)`,
  `CREATE UNIQUE INDEX ux_users_username ON users (username)`,
  `CREATE TABLE sessions (id VARCHAR(26) NOT NULL PRIMARY KEY, tokenHash VARCHAR(64) NOT NULL, csrfToken VARCHAR(64) NOT NULL,
    userId VARCHAR(26) NOT NULL, createdAt BIGINT NOT NULL, lastSeenAt BIGINT NOT NULL, endedAt BIGINT NULL)`,
  `CREATE UNIQUE INDEX ux_sessions_token ON sessions (tokenHash)`,
  `CREATE INDEX ix_sessions_user ON sessions (userId)`,
  `CREATE TABLE api_tokens (id VARCHAR(26) NOT NULL PRIMARY KEY, tokenHash VARCHAR(64) NOT NULL, userId VARCHAR(26) NOT NULL,
    name VARCHAR(64) NOT NULL, scopes TEXT NOT NULL, createdAt BIGINT NOT NULL, expiresAt BIGINT NOT NULL, lastUsedAt BIGINT NULL, revokedAt BIGINT NULL)`,
  `CREATE UNIQUE INDEX ux_api_tokens_token ON api_tokens (tokenHash)`,
  `CREATE TABLE sign_in_attempts (name VARCHAR(160) NOT NULL PRIMARY KEY, failures INT NOT NULL, firstAt BIGINT NOT NULL, blockedUntil BIGINT NULL)`,
  `CREATE TABLE idempotency_keys (userId VARCHAR(26) NOT NULL, idempotencyKey VARCHAR(128) NOT NULL, route VARCHAR(128) NOT NULL,
    bodyDigest VARCHAR(64) NOT NULL, status INT NULL, response {long} NULL, createdAt BIGINT NOT NULL, PRIMARY KEY (userId, idempotencyKey))`,
];

const audience = [
  `CREATE TABLE people (id {id}, externalId VARCHAR(64) NOT NULL, name TEXT NULL, phone TEXT NULL, phoneKey VARCHAR(32) NULL, phoneKind VARCHAR(10) NULL,
    email TEXT NULL, emailKey VARCHAR(32) NULL, township VARCHAR(12) NULL, community VARCHAR(64) NULL, birthDate VARCHAR(10) NULL, gender VARCHAR(8) NULL,
    language VARCHAR(8) NULL, school VARCHAR(64) NULL, guardianOf VARCHAR(64) NULL, spreadSlot INT NOT NULL, synthetic INT NOT NULL DEFAULT 0,
    digest VARCHAR(32) NOT NULL, importId VARCHAR(26) NULL, createdAt BIGINT NOT NULL, updatedAt BIGINT NOT NULL)`,
  `CREATE UNIQUE INDEX ux_people_external ON people (externalId)`,
  `CREATE INDEX ix_people_phone ON people (phoneKey)`,
  `CREATE INDEX ix_people_guardian ON people (guardianOf)`,
  `CREATE INDEX ix_people_township ON people (township, birthDate, gender, community)`,
  `CREATE TABLE memberships (personId BIGINT NOT NULL, kind VARCHAR(10) NOT NULL, since BIGINT NULL, until BIGINT NULL, importId VARCHAR(26) NULL,
    basis VARCHAR(64) NULL, createdAt BIGINT NOT NULL, PRIMARY KEY (personId, kind))`,
  `CREATE INDEX ix_memberships_kind ON memberships (kind, since, until, personId)`,
  `CREATE TABLE person_tags (personId BIGINT NOT NULL, tag VARCHAR(40) NOT NULL, confirmedAt BIGINT NOT NULL, importId VARCHAR(26) NULL, PRIMARY KEY (personId, tag))`,
  `CREATE INDEX ix_person_tags_tag ON person_tags (tag, personId)`,
  `CREATE TABLE erasures (externalKey VARCHAR(32) NOT NULL PRIMARY KEY, at BIGINT NOT NULL)`,
  `CREATE TABLE contact_facts (personId BIGINT NOT NULL PRIMARY KEY, lastContactedAt BIGINT NULL, lastReachedAt BIGINT NULL, lastAttendedAt BIGINT NULL,
    tricksReached INT NOT NULL DEFAULT 0)`,
  `CREATE TABLE trick_facts (personId BIGINT NOT NULL, trick VARCHAR(40) NOT NULL, type VARCHAR(40) NOT NULL, plannedAt BIGINT NULL, reachedAt BIGINT NULL, times INT NOT NULL DEFAULT 0,
    PRIMARY KEY (personId, trick))`,
  `CREATE INDEX ix_trick_facts_trick ON trick_facts (trick, reachedAt, personId)`,
  `CREATE TABLE phone_health (phoneKey VARCHAR(32) NOT NULL PRIMARY KEY, failures INT NOT NULL, lastCode VARCHAR(32) NULL, lastAt BIGINT NOT NULL, suppressedAt BIGINT NULL)`,
  `CREATE TABLE opt_outs (phoneKey VARCHAR(32) NOT NULL, channel VARCHAR(8) NOT NULL, at BIGINT NOT NULL, source VARCHAR(16) NOT NULL, PRIMARY KEY (phoneKey, channel))`,
  `CREATE TABLE imports (id VARCHAR(26) NOT NULL PRIMARY KEY, fileName VARCHAR(255) NOT NULL, status VARCHAR(10) NOT NULL, dryRun INT NOT NULL DEFAULT 0, mapping TEXT NULL,
    total INT NOT NULL DEFAULT 0, created INT NOT NULL DEFAULT 0, updated INT NOT NULL DEFAULT 0, unchanged INT NOT NULL DEFAULT 0, rejected INT NOT NULL DEFAULT 0,
    doneLine INT NOT NULL DEFAULT 0, bytes BIGINT NOT NULL DEFAULT 0, doneBytes BIGINT NOT NULL DEFAULT 0, header TEXT NULL, error TEXT NULL, warnings TEXT NULL,
    township VARCHAR(12) NULL, createdBy VARCHAR(26) NULL, createdAt BIGINT NOT NULL, startedAt BIGINT NULL, finishedAt BIGINT NULL)`,
  `CREATE TABLE import_rejects (importId VARCHAR(26) NOT NULL, line INT NOT NULL, codes TEXT NOT NULL, cells {long} NOT NULL, PRIMARY KEY (importId, line))`,
  `CREATE TABLE person_events (id {auto}, type VARCHAR(12) NOT NULL, personId BIGINT NOT NULL, occurredAt BIGINT NOT NULL, place VARCHAR(64) NULL, receivedAt BIGINT NOT NULL, triggers INT NOT NULL)`,
  `CREATE UNIQUE INDEX ux_person_events ON person_events (type, personId, occurredAt)`,
  `CREATE INDEX ix_person_events_due ON person_events (type, triggers, occurredAt)`,
  `CREATE TABLE group_chats (id VARCHAR(26) NOT NULL PRIMARY KEY, name VARCHAR(128) NOT NULL, platform VARCHAR(16) NOT NULL, township VARCHAR(12) NOT NULL, population VARCHAR(10) NOT NULL,
    headCount INT NOT NULL, headCountAt BIGINT NOT NULL, owner VARCHAR(64) NULL, robotWebhook TEXT NULL, robotSecret TEXT NULL, synthetic INT NOT NULL DEFAULT 0,
    createdAt BIGINT NOT NULL, updatedAt BIGINT NOT NULL)`,
  `CREATE INDEX ix_group_chats_township ON group_chats (township)`,
  `CREATE TABLE segments (id VARCHAR(26) NOT NULL PRIMARY KEY, name VARCHAR(128) NOT NULL, description TEXT NULL, subject VARCHAR(10) NOT NULL, rule TEXT NOT NULL, version INT NOT NULL,
    isSensitive INT NOT NULL DEFAULT 0, township VARCHAR(12) NULL, createdBy VARCHAR(26) NULL, createdAt BIGINT NOT NULL, updatedAt BIGINT NOT NULL, deletedAt BIGINT NULL)`,
];

const library = [
  `CREATE TABLE fraud_types (code VARCHAR(40) NOT NULL PRIMARY KEY, no INT NOT NULL, nameZh VARCHAR(64) NOT NULL, nameEn VARCHAR(128) NOT NULL, facts {long} NOT NULL)`,
  `CREATE TABLE tricks (code VARCHAR(40) NOT NULL PRIMARY KEY, no INT NOT NULL, type VARCHAR(40) NOT NULL, nameZh VARCHAR(64) NOT NULL, nameEn VARCHAR(128) NOT NULL, facts {long} NOT NULL, retiredAt BIGINT NULL)`,
  `CREATE TABLE scripts (id VARCHAR(26) NOT NULL PRIMARY KEY, trick VARCHAR(40) NOT NULL, channel VARCHAR(8) NOT NULL, audience VARCHAR(40) NULL, language VARCHAR(8) NOT NULL, variant INT NOT NULL,
    origin VARCHAR(10) NOT NULL, createdBy VARCHAR(26) NULL, createdAt BIGINT NOT NULL)`,
  `CREATE INDEX ix_scripts_trick ON scripts (trick, channel)`,
  `CREATE TABLE script_versions (id {id}, scriptId VARCHAR(26) NOT NULL, version INT NOT NULL, status VARCHAR(10) NOT NULL, title TEXT NULL, body TEXT NOT NULL, variables TEXT NOT NULL,
    digest VARCHAR(64) NOT NULL, createdBy VARCHAR(26) NULL, createdAt BIGINT NOT NULL, reviewedBy VARCHAR(26) NULL, reviewedAt BIGINT NULL, remark TEXT NULL, retiredAt BIGINT NULL)`,
  `CREATE UNIQUE INDEX ux_script_versions ON script_versions (scriptId, version)`,
];

const incidents = [
  `CREATE TABLE incidents (id VARCHAR(26) NOT NULL PRIMARY KEY, type VARCHAR(40) NOT NULL, trick VARCHAR(40) NULL, township VARCHAR(12) NULL, tags TEXT NULL, occurredAt BIGINT NOT NULL, loss BIGINT NULL, createdAt BIGINT NOT NULL)`,
  `CREATE INDEX ix_incidents_at ON incidents (occurredAt)`,
];

const campaigns = [
  `CREATE TABLE campaigns (id VARCHAR(26) NOT NULL PRIMARY KEY, name VARCHAR(128) NOT NULL, status VARCHAR(10) NOT NULL, latestVersion INT NOT NULL, approvedVersion INT NULL, nextRunAt BIGINT NULL,
    activatedAt BIGINT NULL, township VARCHAR(12) NULL, createdBy VARCHAR(26) NOT NULL, createdAt BIGINT NOT NULL, updatedAt BIGINT NOT NULL)`,
  `CREATE INDEX ix_campaigns_due ON campaigns (status, nextRunAt)`,
  `CREATE TABLE campaign_versions (campaignId VARCHAR(26) NOT NULL, version INT NOT NULL, status VARCHAR(10) NOT NULL, definition TEXT NOT NULL, digest VARCHAR(64) NOT NULL,
    editedBy VARCHAR(26) NOT NULL, editors TEXT NOT NULL, editedAt BIGINT NOT NULL, submittedBy VARCHAR(26) NULL, submittedAt BIGINT NULL, reviewedBy VARCHAR(26) NULL, reviewedAt BIGINT NULL, remark TEXT NULL, preflight {long} NULL,
    PRIMARY KEY (campaignId, version))`,
  `CREATE TABLE runs (id VARCHAR(26) NOT NULL PRIMARY KEY, campaignId VARCHAR(26) NOT NULL, version INT NOT NULL, occurrence BIGINT NOT NULL, kind VARCHAR(10) NOT NULL, status VARCHAR(10) NOT NULL,
    day INT NOT NULL, seed VARCHAR(64) NOT NULL, planCursor VARCHAR(64) NULL, plannedAt BIGINT NULL, planOwner VARCHAR(64) NULL, planUntil BIGINT NULL, reason TEXT NULL, startedBy VARCHAR(26) NULL, pausedBy VARCHAR(10) NULL,
    createdAt BIGINT NOT NULL, startedAt BIGINT NULL, settledAt BIGINT NULL)`,
  `CREATE UNIQUE INDEX ux_runs_occurrence ON runs (campaignId, occurrence)`,
  `CREATE INDEX ix_runs_status ON runs (status)`,
  `CREATE INDEX ix_runs_at ON runs (occurrence)`,
  `CREATE TABLE occurrences (campaignId VARCHAR(26) NOT NULL, at BIGINT NOT NULL, status VARCHAR(10) NOT NULL, runId VARCHAR(26) NULL, reason VARCHAR(160) NULL, startedAt BIGINT NULL, finishedAt BIGINT NULL, PRIMARY KEY (campaignId, at))`,
  `CREATE INDEX ix_occurrences_at ON occurrences (at)`,
  `CREATE TABLE event_triggers (campaignId VARCHAR(26) NOT NULL, eventId BIGINT NOT NULL, personId BIGINT NOT NULL, runId VARCHAR(26) NOT NULL, PRIMARY KEY (campaignId, eventId))`,
  `CREATE INDEX ix_event_triggers_run ON event_triggers (runId, personId)`,
];

const dispatch = [
  `CREATE TABLE deliveries (id {id}, runId VARCHAR(26) NOT NULL, campaignId VARCHAR(26) NOT NULL, step INT NOT NULL, channel VARCHAR(8) NOT NULL, gateway VARCHAR(32) NOT NULL, recipient VARCHAR(32) NOT NULL,
    personId BIGINT NULL, groupChatId VARCHAR(26) NULL, address TEXT NULL, addressKey VARCHAR(32) NULL, population VARCHAR(10) NOT NULL, township VARCHAR(12) NOT NULL, type VARCHAR(40) NOT NULL, trick VARCHAR(40) NOT NULL,
    scriptVersionId BIGINT NOT NULL, variables TEXT NULL, contentDigest VARCHAR(32) NOT NULL, why VARCHAR(255) NOT NULL, parts INT NOT NULL, headCount INT NULL, urgent INT NOT NULL DEFAULT 0, day INT NOT NULL,
    batchId BIGINT NOT NULL, callId BIGINT NULL, ref VARCHAR(64) NULL, status VARCHAR(12) NOT NULL, code VARCHAR(64) NULL, attempts INT NOT NULL DEFAULT 0, attended INT NOT NULL DEFAULT 0, seconds INT NULL, cost INT NOT NULL DEFAULT 0,
    plannedAt BIGINT NOT NULL, expiresAt BIGINT NULL, sentAt BIGINT NULL, settledAt BIGINT NULL, receiptAt BIGINT NULL, finalAt BIGINT NULL)`,
  `CREATE UNIQUE INDEX ux_deliveries_recipient ON deliveries (runId, recipient, channel)`,
  `CREATE INDEX ix_deliveries_batch ON deliveries (batchId)`,
  `CREATE INDEX ix_deliveries_call ON deliveries (callId)`,
  `CREATE INDEX ix_deliveries_address ON deliveries (addressKey)`,
  `CREATE INDEX ix_deliveries_person ON deliveries (personId)`,
  `CREATE INDEX ix_deliveries_run ON deliveries (runId, channel, status)`,
  `CREATE TABLE skips (id {auto}, runId VARCHAR(26) NOT NULL, campaignId VARCHAR(26) NOT NULL, step INT NOT NULL, channel VARCHAR(8) NOT NULL, recipient VARCHAR(32) NOT NULL, personId BIGINT NULL, groupChatId VARCHAR(26) NULL,
    population VARCHAR(10) NOT NULL, township VARCHAR(12) NOT NULL, reason VARCHAR(24) NOT NULL, day INT NOT NULL, at BIGINT NOT NULL)`,
  `CREATE UNIQUE INDEX ux_skips_recipient ON skips (runId, recipient, channel)`,
  `CREATE INDEX ix_skips_person ON skips (personId)`,
  `CREATE TABLE batches (id {id}, runId VARCHAR(26) NOT NULL, campaignId VARCHAR(26) NOT NULL, gateway VARCHAR(32) NOT NULL, channel VARCHAR(8) NOT NULL, step INT NOT NULL, size INT NOT NULL, status VARCHAR(10) NOT NULL,
    priority INT NOT NULL, dueAt BIGINT NOT NULL, expiresAt BIGINT NULL, owner VARCHAR(64) NULL, fence INT NOT NULL DEFAULT 0, leaseUntil BIGINT NULL, tries INT NOT NULL DEFAULT 0, createdAt BIGINT NOT NULL, doneAt BIGINT NULL)`,
  `CREATE INDEX ix_batches_due ON batches (status, dueAt, priority)`,
  `CREATE INDEX ix_batches_run ON batches (runId, status)`,
  `CREATE TABLE calls (id {id}, batchId BIGINT NOT NULL, runId VARCHAR(26) NOT NULL, gateway VARCHAR(32) NOT NULL, fence INT NOT NULL, status VARCHAR(10) NOT NULL, size INT NOT NULL, ref VARCHAR(64) NULL, code VARCHAR(64) NULL,
    openedAt BIGINT NOT NULL, leaseUntil BIGINT NOT NULL, settledAt BIGINT NULL)`,
  `CREATE INDEX ix_calls_ref ON calls (gateway, ref)`,
  `CREATE INDEX ix_calls_gateway ON calls (gateway, openedAt)`,
  `CREATE INDEX ix_calls_open ON calls (status, leaseUntil)`,
  `CREATE INDEX ix_calls_batch ON calls (batchId)`,
  `CREATE TABLE contacts (deliveryId BIGINT NOT NULL PRIMARY KEY, addressKey VARCHAR(32) NOT NULL, channel VARCHAR(8) NOT NULL, campaignId VARCHAR(26) NOT NULL, urgent INT NOT NULL DEFAULT 0, at BIGINT NOT NULL)`,
  `CREATE INDEX ix_contacts_address ON contacts (addressKey, channel, at)`,
  `CREATE TABLE contact_locks (addressKey VARCHAR(32) NOT NULL PRIMARY KEY)`,
  `CREATE TABLE counters (runId VARCHAR(26) NOT NULL, channel VARCHAR(8) NOT NULL, gateway VARCHAR(32) NOT NULL, population VARCHAR(10) NOT NULL, township VARCHAR(12) NOT NULL, trick VARCHAR(40) NOT NULL, shard INT NOT NULL,
    type VARCHAR(40) NOT NULL, campaignId VARCHAR(26) NOT NULL, day INT NOT NULL,
    pending BIGINT NOT NULL DEFAULT 0, awaiting BIGINT NOT NULL DEFAULT 0, delivered BIGINT NOT NULL DEFAULT 0, undelivered BIGINT NOT NULL DEFAULT 0, failed BIGINT NOT NULL DEFAULT 0, uncertain BIGINT NOT NULL DEFAULT 0,
    cancelled BIGINT NOT NULL DEFAULT 0, expired BIGINT NOT NULL DEFAULT 0, smsParts BIGINT NOT NULL DEFAULT 0, callAttempts BIGINT NOT NULL DEFAULT 0, callsAnswered BIGINT NOT NULL DEFAULT 0,
    estimatedReach BIGINT NOT NULL DEFAULT 0, attestedReach BIGINT NOT NULL DEFAULT 0, cost BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (runId, channel, gateway, population, township, trick, shard))`,
  `CREATE INDEX ix_counters_day ON counters (day)`,
  `CREATE TABLE skip_counters (runId VARCHAR(26) NOT NULL, channel VARCHAR(8) NOT NULL, population VARCHAR(10) NOT NULL, township VARCHAR(12) NOT NULL, reason VARCHAR(24) NOT NULL,
    campaignId VARCHAR(26) NOT NULL, day INT NOT NULL, skipped BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (runId, channel, population, township, reason))`,
  `CREATE INDEX ix_skip_counters_day ON skip_counters (day)`,
  `CREATE TABLE tasks (id VARCHAR(26) NOT NULL PRIMARY KEY, kind VARCHAR(8) NOT NULL, status VARCHAR(8) NOT NULL, deliveryId BIGINT NULL, uplinkId VARCHAR(26) NULL, personId BIGINT NULL, groupChatId VARCHAR(26) NULL,
    township VARCHAR(12) NULL, assignee VARCHAR(64) NULL, dueAt BIGINT NOT NULL, outcome VARCHAR(16) NULL, note TEXT NULL, appInstalled INT NULL, doneBy VARCHAR(26) NULL, doneAt BIGINT NULL, createdAt BIGINT NOT NULL)`,
  `CREATE UNIQUE INDEX ux_tasks_delivery ON tasks (deliveryId)`,
  `CREATE INDEX ix_tasks_assignee ON tasks (status, assignee)`,
  `CREATE TABLE ladder_steps (runId VARCHAR(26) NOT NULL, step INT NOT NULL, status VARCHAR(8) NOT NULL, dueAt BIGINT NULL, planCursor VARCHAR(64) NULL, PRIMARY KEY (runId, step))`,
  `CREATE TABLE gateway_states (gateway VARCHAR(32) NOT NULL PRIMARY KEY, stoppedAt BIGINT NULL, stoppedBy VARCHAR(26) NULL, startAskedBy VARCHAR(26) NULL, startAskedAt BIGINT NULL, faultCode VARCHAR(64) NULL, faultAt BIGINT NULL, lastOkAt BIGINT NULL)`,
  `CREATE TABLE gateway_usage (gateway VARCHAR(32) NOT NULL, day INT NOT NULL, recipients BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (gateway, day))`,
];

const receipts = [
  `CREATE TABLE receipts (id {auto}, gateway VARCHAR(32) NOT NULL, dedupeKey VARCHAR(64) NOT NULL, ref VARCHAR(64) NULL, addressKey VARCHAR(32) NULL, deliveryRef BIGINT NULL, outcome VARCHAR(12) NOT NULL, code VARCHAR(64) NULL,
    attended INT NOT NULL DEFAULT 0, seconds INT NULL, keyPressed VARCHAR(4) NULL, at BIGINT NOT NULL, receivedAt BIGINT NOT NULL, status VARCHAR(10) NOT NULL, deliveryId BIGINT NULL, detail TEXT NULL)`,
  `CREATE UNIQUE INDEX ux_receipts_dedupe ON receipts (gateway, dedupeKey)`,
  `CREATE INDEX ix_receipts_status ON receipts (status, id)`,
  `CREATE INDEX ix_receipts_delivery ON receipts (deliveryId)`,
  `CREATE TABLE uplinks (id VARCHAR(26) NOT NULL PRIMARY KEY, gateway VARCHAR(32) NOT NULL, dedupeKey VARCHAR(64) NOT NULL, addressKey VARCHAR(32) NOT NULL, address TEXT NOT NULL, text TEXT NOT NULL, kind VARCHAR(10) NOT NULL,
    status VARCHAR(8) NOT NULL, township VARCHAR(12) NULL, personId BIGINT NULL, deliveryId BIGINT NULL, receivedAt BIGINT NOT NULL, answeredAt BIGINT NULL, handledBy VARCHAR(26) NULL, handledAt BIGINT NULL, note TEXT NULL)`,
  `CREATE UNIQUE INDEX ux_uplinks_dedupe ON uplinks (gateway, dedupeKey)`,
  `CREATE INDEX ix_uplinks_status ON uplinks (status, receivedAt)`,
];

const audit = [
  `CREATE TABLE ledger_entries (id {auto}, at BIGINT NOT NULL, actorId VARCHAR(26) NULL, actor VARCHAR(64) NOT NULL, action VARCHAR(48) NOT NULL, subject VARCHAR(80) NOT NULL, detail TEXT NOT NULL,
    mac VARCHAR(64) NOT NULL, seq BIGINT NULL, previousHash VARCHAR(64) NULL, hash VARCHAR(64) NULL)`,
  `CREATE UNIQUE INDEX ux_ledger_seq ON ledger_entries (seq)`,
  `CREATE UNIQUE INDEX ux_ledger_mac ON ledger_entries (mac)`,
  `CREATE INDEX ix_ledger_at ON ledger_entries (at)`,
  `CREATE INDEX ix_ledger_action ON ledger_entries (action, at)`,
  `CREATE TABLE ledger_head (id INT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL, hash VARCHAR(64) NOT NULL, mac VARCHAR(64) NOT NULL, sealedAt BIGINT NOT NULL)`,
  `CREATE TABLE ledger_checkpoints (day INT NOT NULL PRIMARY KEY, firstSeq BIGINT NOT NULL, lastSeq BIGINT NOT NULL, root VARCHAR(64) NOT NULL, sealedAt BIGINT NOT NULL)`,
];

const tables = [platform, accounts, audience, library, incidents, campaigns, dispatch, receipts, audit].flat();

export class FirstThread1732406400000 implements MigrationInterface {
  readonly name = 'FirstThread1732406400000';

  async up(runner: QueryRunner): Promise<void> {
    await ddl(runner, tables);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables].reverse()) {
      const table = /^CREATE TABLE (\w+)/.exec(statement)?.[1];
      if (table) await runner.query(`DROP TABLE ${table}`);
    }
  }
}
