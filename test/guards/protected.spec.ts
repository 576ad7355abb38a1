import { describe, expect, it } from '@jest/globals';
import { getMetadataArgsStorage } from 'typeorm';
import { entities } from '../../src/app.module.js';
import { INDEXED, SEALED, SOURCES } from '../../src/cli/keys/protected-columns.js';

/** Texts that are kept in clear, for nothing in them is about a person; all others are sealed and change with the data key. */
const CLEAR = `
  alarms.text api_tokens.scopes bill_differences.note campaign_versions.definition campaign_versions.editors
  campaign_versions.preflight campaign_versions.remark fraud_types.facts gateway_addresses.recent import_rejects.codes
  imports.defaults imports.error imports.header imports.mapping imports.warnings incidents.tags language_sentences.text
  ledger_entries.detail receipts.detail run_assignments.factors run_releases.why runs.reason script_versions.body
  script_versions.remark script_versions.title script_versions.variables segments.description segments.rule
  sensitive_answers.answer sensitive_answers.rule tasks.note taxonomy_versions.list tricks.facts weight_versions.matrix
  weight_versions.remark`
  .trim()
  .split(/\s+/);

/** Keyed or plain digests that stay as they are when the index key changes, and why. */
const STAYS: Readonly<Record<string, string>> = {
  'contact_locks.addressKey': 'holds a place for a lock; the rotation empties the table',
  'gateway_addresses.addressKey': 'a day of a pace; it begins anew',
  'erasures.externalKey': 'outlives its person: asked for under every key that is held',
  'people.digest': 'differs once, and the next file is compared in full',
  'deliveries.contentDigest': 'proves a text that is not kept; the former key says it',
  'receipts.dedupeKey': 'a push repeated across a rotation is applied once all the same, by the lattice',
  'uplinks.dedupeKey': 'a push repeated across a rotation stands in the inbox twice',
  'folder_files.digest': 'a file brought again across a rotation changes nobody',
  'idempotency_keys.idempotencyKey': 'the caller’s own word',
  'idempotency_keys.bodyDigest': 'a request repeated across a rotation is told apart, and refused',
  'ledger_entries.mac': 'never changed; checked under every key that is held',
  'ledger_head.mac': 'never changed; checked under every key that is held',
  ...Object.fromEntries(
    [
      'api_tokens.tokenHash', 'bills.digest', 'campaign_versions.digest', 'field_links.tokenHash', 'ledger_entries.hash',
      'ledger_entries.previousHash', 'ledger_head.hash', 'script_versions.digest', 'sessions.tokenHash',
      'taxonomy_versions.digest', 'users.passwordHash', 'weight_versions.digest',
    ].map((column) => [column, 'no key']),
  ),
}; // prettier-ignore

const storage = getMetadataArgsStorage();
const nameOf = new Map(storage.tables.map((table) => [table.target, table.name]));
const columns = storage.columns
  .filter((column) => (entities as readonly unknown[]).includes(column.target))
  .map((column) => ({
    name: `${nameOf.get(column.target)}.${column.propertyName}`,
    type: String(column.options.type),
  }));
const names = new Set(columns.map((column) => column.name));

describe('what a rotation of the keys moves', () => {
  const sealed = SEALED.flatMap(({ table, columns: of }) => of.map((column) => `${table}.${column}`));
  const indexed = INDEXED.map(({ table, column }) => `${table}.${column}`);

  it('is every text that may be about a person', () => {
    const texts = columns.filter(({ type }) => type === 'text').map(({ name }) => name);
    expect(texts.length).toBeGreaterThan(sealed.length);
    const undecided = texts.filter((name) => !sealed.includes(name) && !CLEAR.includes(name));
    expect(undecided.map((name) => `${name}: sealed (protected-columns.ts), or clear (this test)?`)).toEqual([]);
    expect(CLEAR.filter((name) => sealed.includes(name) || !texts.includes(name))).toEqual([]);
  });

  it('is every blind index of a phone or an address', () => {
    const keyed = columns.map(({ name }) => name).filter((name) => /(Key|[dD]igest|mac|[hH]ash)$/.test(name));
    const undecided = keyed.filter((name) => !indexed.includes(name) && !(name in STAYS));
    expect(undecided.map((name) => `${name}: moved (protected-columns.ts), or why not (this test)?`)).toEqual([]);
    expect(Object.keys(STAYS).filter((name) => indexed.includes(name) || !keyed.includes(name))).toEqual([]);
  });

  it('walks each table by a column of the kind that it says: a number under a text would skip rows', () => {
    const kinds = new Map(columns.map(({ name, type }) => [name, /int/.test(type) ? 'number' : 'text']));
    for (const { table, id, idIs } of [...SOURCES, ...INDEXED])
      expect([`${table}.${id}`, kinds.get(`${table}.${id}`)]).toEqual([`${table}.${id}`, idIs]);
  });

  it('names columns that are there', () => {
    const named = [...sealed, ...indexed, ...SOURCES.map(({ table, column }) => `${table}.${column}`)];
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });
});
