import { weekText } from '../../src/reports/calendar.js';
import type { Counts } from '../../src/dispatch/index.js';
import type { CutName } from '../../src/reports/cut.js';
import { typeOf, type History } from './history.js';

interface Pair {
  readonly key: string[];
  readonly person: number | null;
  readonly skipped?: string;
  readonly status?: string;
  readonly channel: string;
  readonly attended: boolean;
  readonly parts: number;
  readonly cost: number;
  readonly headCount: number;
}

/** The counts of a history, made the slow and obvious way: list every (recipient, channel) pair and count by hand. */
export function naiveSends(
  history: History,
  cuts: readonly CutName[],
): { rows: { key: string[]; counts: Counts }[]; totals: Counts } {
  const pairs: Pair[] = [];
  const keyOf = (of: Record<CutName, string>): string[] => cuts.map((name) => of[name]);
  const calendar = (run: number) => {
    const { day, campaign } = history.runs[run]!;
    const text = String(day);
    const date = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
    return { day: date, month: date.slice(0, 7), week: weekText(day), campaign: campaign ?? 'C1' };
  };
  const isCounted = (run: number): boolean => history.runs[run]!.kind !== 'test';
  for (const d of history.deliveries) {
    if (!isCounted(d.run)) continue;
    const { channel = 'sms', gateway = 'mas', population = 'local', township = '330922100', trick = 'A-1' } = d;
    const key = keyOf({ ...calendar(d.run), channel, gateway, population, township, trick, type: typeOf(trick) });
    pairs.push({
      key,
      person: d.person,
      status: d.status,
      channel,
      attended: d.attended ?? false,
      parts: d.parts ?? 1,
      cost: d.cost ?? 0,
      headCount: d.headCount ?? 0,
    });
  }
  for (const s of history.skips) {
    if (!isCounted(s.run)) continue;
    const { channel = 'sms', population = 'local', township = '330922100' } = s;
    const key = keyOf({ ...calendar(s.run), channel, gateway: '', population, township, trick: '', type: '' });
    pairs.push({ key, person: s.person, skipped: s.reason, channel, attended: false, parts: 0, cost: 0, headCount: 0 });
  }
  const groups = new Map<string, Pair[]>(cuts.length === 0 ? [['[]', []]] : []);
  for (const pair of pairs)
    groups.set(JSON.stringify(pair.key), [...(groups.get(JSON.stringify(pair.key)) ?? []), pair]);
  const rows = [...groups].map(([key, members]) => ({ key: JSON.parse(key) as string[], counts: count(members) }));
  rows.sort((a, b) => (a.key.join('\u0000') < b.key.join('\u0000') ? -1 : 1));
  return { rows, totals: count(pairs) };
}

function count(pairs: readonly Pair[]): Counts {
  const having = (...statuses: string[]): Pair[] => pairs.filter((p) => statuses.includes(p.status ?? ''));
  const total = (some: readonly Pair[], of: (p: Pair) => number): number => some.reduce((sum, p) => sum + of(p), 0);
  const people = (some: readonly Pair[]): number =>
    new Set(some.flatMap((p) => (p.person === null ? [] : [p.person]))).size;
  const sent = having('awaiting', 'delivered', 'undelivered');
  const delivered = having('delivered');
  const skipped: Record<string, number> = {};
  for (const p of pairs) if (p.skipped) skipped[p.skipped] = (skipped[p.skipped] ?? 0) + 1;
  const calls = sent.filter((p) => p.channel === 'voice');
  return {
    targeted: pairs.length,
    skipped,
    planned: pairs.filter((p) => p.status).length,
    pending: having('pending').length,
    sent: sent.length,
    failed: having('failed').length,
    uncertain: having('uncertain').length,
    cancelled: having('cancelled').length,
    expired: having('expired').length,
    delivered: delivered.length,
    undelivered: having('undelivered').length,
    awaiting: having('awaiting').length,
    targetedPeople: people(pairs),
    reachedPeople: people(delivered),
    attendedPeople: people(delivered.filter((p) => p.attended)),
    estimatedGroupReach: total(
      delivered.filter((p) => p.channel === 'chat'),
      (p) => p.headCount,
    ),
    attestedGroupReach: 0,
    messages: sent.length - calls.length,
    smsParts: total(
      sent.filter((p) => p.channel === 'sms'),
      (p) => p.parts,
    ),
    callAttempts: calls.length,
    callsAnswered: calls.filter((p) => p.status === 'delivered').length,
    cost: total(sent, (p) => p.cost) / 10_000,
  };
}
