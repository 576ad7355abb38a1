import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => ({ file, text: readFileSync(join('src', file), 'utf8') }));

const TABLES =
  '(?:ledger_entries|ledger_checkpoints|LedgerEntryEntity|LedgerCheckpointEntity|settlement_leaves|settlement_roots|SettlementLeafEntity|SettlementRootEntity)';
const CHANGES = new RegExp(
  [
    String.raw`(?:UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE(?:\s+TABLE)?|ALTER\s+TABLE|DROP\s+TABLE)\s+["'\x60]*${TABLES}`,
    String.raw`upsert\(\s*["'\x60]${TABLES}`,
    String.raw`getRepository\(\s*${TABLES}`,
    String.raw`\b(?:update|delete|remove|save|upsert|softDelete)\(\s*${TABLES}`,
  ].join('|'),
  'gi',
);

describe('the ledger is append-only', () => {
  it('reads the whole product', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect('`UPDATE ledger_entries SET'.match(CHANGES)).toHaveLength(1);
    expect('delete from "ledger_entries"'.match(CHANGES)).toHaveLength(1);
  });

  it('and finds one statement that changes an entry: the sealer gives a place to what has none; and one that empties what a leaf commits to', () => {
    const found = sources.flatMap(({ file, text }) =>
      [...text.matchAll(CHANGES)].map((match) => ({ file, at: text.slice(match.index, match.index + 200) })),
    );
    const [sealer, forget] = [join('audit', 'sealer.service.ts'), join('audit', 'settlement-log.service.ts')];
    expect(found.map(({ file }) => file).sort()).toEqual([sealer, forget]);
    // Erasure empties the event beside a leaf, and never the leaf.
    expect(found.find(({ file }) => file === forget)!.at).toMatch(
      /^UPDATE settlement_leaves SET personId = \$\{FORGOTTEN\}, status = NULL, attended = NULL, code = NULL, at = NULL WHERE \$\{these\}`/,
    );
    expect(found.find(({ file }) => file === sealer)!.at).toMatch(
      /^UPDATE ledger_entries SET seq = \$\{cases\}, previousHash = \$\{cases\}, hash = \$\{cases\} WHERE seq IS NULL AND id IN/,
    );
  });
});
