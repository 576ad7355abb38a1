import { chanceFrom, hashOf } from './chance.js';

/** When the receipt comes: `delayMs` after acceptance, or never; `isPinned` delays are not overruled by a fault. */
export interface ReceiptHabit {
  delayMs: number | undefined;
  isPinned: boolean;
  isTwice: boolean;
}

/** What becomes of one text message. `code` is `DELIVRD` or a carrier's code (reference: carrier code lists). */
export interface SmsFate extends ReceiptHabit {
  code: string;
  reply?: { text: string; afterMs: number };
}

export type Trait = 'ordinary' | 'empty' | 'suspended';

/** Numbers that end so behave so, whatever the seed: for tests and rehearsals. */
export type Rule = 'delivered' | 'off' | 'invalid' | 'blacklisted' | 'silent' | 'late' | 'twice';

const rules = new Map<string, Rule>([
  ['0001', 'delivered'],
  ['0002', 'off'],
  ['0003', 'invalid'],
  ['0004', 'blacklisted'],
  ['0005', 'silent'],
  ['0006', 'late'],
  ['0007', 'twice'],
]);

const smsCodes: Partial<Record<Rule, string>> = { off: 'MI:0024', invalid: 'MK:0001', blacklisted: 'CM:8004' };
const optOuts = ['T', 'TD', '退订'];
const questions = [
  '这是反诈中心发的吗？',
  '你们是哪个单位？',
  '96110是官方的电话吗？',
  '收到，谢谢提醒',
  '这种电话我上周接到过，要不要去报案',
  '我不在本地了，还会收到吗？',
];
const alarms = ['我刚才给对方转账了怎么办', '我被骗了，钱没了', '刚转账出去两万，对方把我拉黑了，快帮帮我'];

/** The rule that a number's last four digits stand for, if any. */
export const ruleOf = (phone: string): Rule | undefined => rules.get(phone.slice(-4));

/** How the receipt of a number under a rule behaves; `naturalMs` is used by all but the late one (ten minutes). */
export const habitOf = (rule: Rule, naturalMs: number): ReceiptHabit => ({
  delayMs: rule === 'silent' ? undefined : rule === 'late' ? 600_000 : naturalMs,
  isPinned: rule === 'late',
  isTwice: rule === 'twice',
});

/** What stays true of a number: about 2 % are empty and 0.5 % suspended, on every message and call. */
export function traitOf(seed: number, phone: string): Trait {
  const share = hashOf(seed, phone, -1) / 4_294_967_296;
  return share < 0.02 ? 'empty' : share < 0.025 ? 'suspended' : 'ordinary';
}

const pick = (from: readonly string[], share: number): string => from[Math.floor(share * from.length)] ?? '';

function replyOf(chance: () => number): SmsFate['reply'] {
  if (chance() >= 0.004) return undefined;
  const kind = chance();
  const texts = kind < 0.4 ? optOuts : kind < 0.9 ? questions : alarms;
  return { text: pick(texts, chance()), afterMs: Math.round(60_000 + chance() * 29 * 60_000) };
}

/**
 * The fate of the `nth` message to a phone: about 95 % delivered 2–90 s later, 3 % undeliverable, 2 % never reported,
 * and a reply to about 0.4 % of the delivered. The same seed, phone and `nth` always give the same fate.
 */
export function smsFate(seed: number, phone: string, nth: number): SmsFate {
  const rule = ruleOf(phone);
  if (rule) return { code: smsCodes[rule] ?? 'DELIVRD', ...habitOf(rule, 2_000) };
  const chance = chanceFrom(hashOf(seed, phone, nth));
  const quick = chance();
  const habit: ReceiptHabit = {
    delayMs: chance() < 0.02 ? undefined : Math.round(2_000 + 88_000 * quick * quick),
    isPinned: false,
    isTwice: false,
  };
  const trait = traitOf(seed, phone);
  if (trait === 'empty') return { code: 'MK:0001', ...habit };
  if (trait === 'suspended') return { code: 'MK:0005', ...habit };
  if (chance() < 0.005) return { code: 'MI:0024', ...habit };
  const reply = replyOf(chance);
  return { code: 'DELIVRD', ...habit, ...(reply && { reply }) };
}
