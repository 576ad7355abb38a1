import { chanceFrom, hashOf, type Chance } from './chance.js';
import { habitOf, ruleOf, traitOf, type ReceiptHabit, type Rule } from './people.js';

/** What becomes of one call: the codes of Aliyun's VoiceReport, with ringing in ms and talking in whole seconds. */
export interface CallFate extends ReceiptHabit {
  statusCode: string;
  statusMsg: string;
  smartStatusCode: string;
  ringMs: number;
  durationS: number;
  dtmf?: '1' | '2' | '9';
  hangupDirection: '用户' | '机器';
}

type Ending = Pick<CallFate, 'statusCode' | 'statusMsg' | 'smartStatusCode'>;
const ending = (statusCode: string, statusMsg: string, smartStatusCode: string): Ending => ({
  statusCode,
  statusMsg,
  smartStatusCode,
});

const endings = {
  heard: ending('200000', '用户听完', 'ANSWERED'),
  partial: ending('200001', '用户提前挂断', 'ANSWERED'),
  busy: ending('200002', '用户占线', 'USER_BUSY'),
  noAnswer: ending('200003', '用户无应答', 'NO_ANSWER'),
  empty: ending('200004', '空号', 'INVALID_NUMBER'),
  rejected: ending('200005', '用户拒接', 'CALL_REJECTED'),
  off: ending('200010', '关机', 'POWERED_OFF'),
  suspended: ending('200011', '停机', 'SUSPEND'),
  blocked: ending('200105', '被叫限制', 'OPERATOR_BLOCK'),
};

const ruled: Record<Rule, Ending> = {
  delivered: endings.heard,
  off: endings.off,
  invalid: endings.empty,
  blacklisted: endings.blocked,
  silent: endings.heard,
  late: endings.heard,
  twice: endings.heard,
};

/** Seconds of ringing for each ending: nobody lets a busy line ring. */
function ringOf(of: Ending, share: number): number {
  if (of === endings.noAnswer) return Math.round(30_000 + 25_000 * share);
  if (of.smartStatusCode === 'ANSWERED' || of === endings.rejected) return Math.round(3_000 + 15_000 * share);
  return Math.round(500 + 2_000 * share);
}

function answered(chance: Chance): Pick<CallFate, 'durationS' | 'dtmf'> {
  const heardS = 3 + Math.floor(chance() * 43);
  const key = chance();
  const dtmf = key < 0.08 ? '1' : key < 0.12 ? '2' : key < 0.14 ? '9' : undefined;
  // Nobody presses a key before the voice has said which.
  return dtmf ? { durationS: Math.max(heardS, 8), dtmf } : { durationS: heardS };
}

/** Shares of 97.5 %, for 2.5 % of the numbers are empty or suspended for good. */
function endingOf(share: number): Ending | undefined {
  const point = share * 97.5;
  if (point < 65) return undefined;
  if (point < 75) return endings.busy;
  if (point < 90) return endings.noAnswer;
  return point < 95 ? endings.off : endings.rejected;
}

function fateOf(of: Ending, talk: Pick<CallFate, 'durationS' | 'dtmf'>, shares: [number, number]): CallFate {
  const ringMs = ringOf(of, shares[0]);
  return {
    ...of,
    ...talk,
    ringMs,
    hangupDirection: of.statusCode === '200001' || of.statusCode === '200005' ? '用户' : '机器',
    delayMs: ringMs + talk.durationS * 1000 + Math.round(1_000 + 4_000 * shares[1]),
    isPinned: false,
    isTwice: false,
  };
}

/**
 * The fate of the `nth` call to a number: about 65 % answered (3–45 s; of these 8 % press 1, 4 % press 2, 2 % press 9),
 * 10 % busy, 15 % no answer, 5 % off, 2 % empty, the rest rejected or suspended. Deterministic for seed, number and `nth`.
 */
export function callFate(seed: number, phone: string, nth: number): CallFate {
  const rule = ruleOf(phone);
  if (rule) {
    const of = ruled[rule];
    const fate = fateOf(of, { durationS: of === endings.heard ? 20 : 0 }, [0, 0]);
    return { ...fate, ...habitOf(rule, fate.delayMs ?? 0) };
  }
  const chance = chanceFrom(hashOf(seed, phone, nth));
  const shares: [number, number] = [chance(), chance()];
  const trait = traitOf(seed, phone);
  if (trait !== 'ordinary')
    return fateOf(trait === 'empty' ? endings.empty : endings.suspended, { durationS: 0 }, shares);
  const unanswered = endingOf(chance());
  if (unanswered) return fateOf(unanswered, { durationS: 0 }, shares);
  const talk = answered(chance);
  return fateOf(talk.dtmf || talk.durationS >= 20 ? endings.heard : endings.partial, talk, shares);
}
