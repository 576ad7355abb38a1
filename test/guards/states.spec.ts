import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { campaignStates, versionStates } from '../../src/campaigns/campaign.js';
import { runStates } from '../../src/campaigns/run.js';
import { deliveryStates } from '../../src/dispatch/delivery.js';
import { scriptStates } from '../../src/library/scripts/script.js';
import { differenceStates } from '../../src/receipts/reconciliation/compare.js';
import { finalStates, type States } from '../../src/platform/index.js';
import { sources } from './sources.js';

const tables: Readonly<Record<string, States<string>>> = {
  deliveryStates,
  runStates,
  campaignStates,
  versionStates,
  scriptStates,
  differenceStates,
};

describe('tables of states', () => {
  it('are all looked at here', () => {
    const written = sources().flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/export const (\w+) = states\(/g)].map((m) => m[1]!),
    );
    expect(written.filter((name) => !(name in tables)).map((name) => `add ${name} to this test`)).toEqual([]);
  });

  it.each(Object.entries(tables))('%s: every state can be reached and left as it says', (_, table) => {
    const reached = new Set([table.initial]);
    for (const state of reached) for (const next of table.moves[state] ?? []) reached.add(next);
    expect(Object.keys(table.moves).filter((state) => !reached.has(state))).toEqual([]);
    expect([...reached].filter((state) => !(state in table.moves))).toEqual([]);
    for (const [state, moves] of Object.entries(table.moves)) expect(moves).not.toContain(state);
    expect(finalStates(table).length).toBeGreaterThan(0);
  });
});
