import { DISCREET_NAME } from '../../platform/kernel/index.js';
import type { Group } from '../taxonomy.js';

/**
 * What every reason ends with, so that it can be recomputed: the columns of the recipient as bits (G), the language where it
 * is not Chinese (l), 1 for the later slot of a stepped roll-out (h), when the shelf was looked at, in milliseconds to the
 * base 36 (s).
 */
export interface WhyTail {
  readonly G?: string;
  readonly l?: string;
  readonly h?: 1;
  readonly s?: string;
}

/** Why a recipient got their trick, as a delivery stores it: JSON of at most 255 characters, from which the choice is shown again. */
export type Why = WhyTail &
  (
    | {
        readonly p: 'rotate';
        readonly by: 'person';
        /** n tricks in turn; `heard` is how many days ago this one was heard last, null for never; `o` those heard as long ago, as bits. */
        readonly n: number;
        readonly heard: number | null;
        readonly o?: string;
      }
    /** n tricks in turn; the i-th (from 0) is today's. */
    | { readonly p: 'rotate'; readonly by: 'occurrence'; readonly n: number; readonly i: number }
    /** The i-th of n named tricks; `r` where it was drawn at random. */
    | { readonly p: 'fixed'; readonly n: number; readonly i: number; readonly r?: 1 }
    /**
     * Weight w of a total t over the open ones (o, as bits) of n tricks, by version v of the matrix; g the groups whose weight it
     * is; m the month where it is in season; f the incident factor over c cases.
     */
    | {
        readonly p: 'weighted' | 'riskMatrix';
        readonly n: number;
        readonly v?: number;
        readonly w: number;
        readonly t: number;
        readonly g?: readonly string[];
        readonly m?: number;
        readonly heard: number | null;
        readonly f?: number;
        readonly c?: number;
        readonly o?: string;
      }
  );

/** As many characters as the column of a delivery holds. */
export const LONGEST = 255;

/** A reason that is too long, as text: groups leave from the end. What remains is still true, and the columns hold them all. */
export function shortened(text: string): string {
  const why = JSON.parse(text) as Why;
  return text.length <= LONGEST || !('g' in why) || !why.g?.length
    ? text
    : shortened(JSON.stringify({ ...why, g: why.g.slice(0, -1) }));
}

/** The beginning of a stored form, to which `answer` adds the tail. */
export const openWhy = (why: Why): string => JSON.stringify(why).slice(0, -1);

/** The stored form. */
export const writeWhy = (why: Why): string => shortened(JSON.stringify(why));

/** Null where the text is none of ours. */
export function readWhy(text: string): Why | null {
  try {
    const read = JSON.parse(text) as Partial<Why> | null;
    return read && typeof read === 'object' && 'p' in read ? (read as Why) : null;
  } catch {
    return null;
  }
}

export interface Reader {
  readonly language: string;
  readonly mayReadSensitive: boolean;
  readonly groups: ReadonlyMap<string, Group>;
  /** What the trick is called, where the reader does not see it beside the reason. */
  readonly trick?: string | undefined;
}

const HIDDEN = { zh: DISCREET_NAME, en: 'priority reminder' };

/** The reason in words. Where a sensitive group played a part, those without the right read 重点提醒 and nothing else. */
export function whyInWords(text: string, reader: Reader): string {
  const why = readWhy(text);
  const zh = reader.language === 'zh';
  if (!why) return text;
  const groups = 'g' in why ? (why.g ?? []) : [];
  if (!reader.mayReadSensitive && groups.some((code) => reader.groups.get(code)?.sensitive ?? true)) {
    return zh ? HIDDEN.zh : HIDDEN.en;
  }
  const names = groups.map((code) => (zh ? reader.groups.get(code)?.nameZh : reader.groups.get(code)?.nameEn) ?? code);
  const later = why.h ? (zh ? '；第二批（分步推开）' : '; second step of the roll-out') : '';
  return inWords(why, { names, zh, trick: reader.trick }) + later;
}

interface Wording {
  readonly names: readonly string[];
  readonly zh: boolean;
  readonly trick: string | undefined;
}

function inWords(why: Why, wording: Wording): string {
  const { zh } = wording;
  switch (why.p) {
    case 'fixed': {
      const random = why.r ? (zh ? '，随机' : ', at random') : '';
      return zh
        ? `指定骗术，第 ${why.i + 1} 种，共 ${why.n} 种${random}`
        : `named trick ${why.i + 1} of ${why.n}${random}`;
    }
    case 'rotate':
      if (why.by === 'occurrence')
        return zh
          ? `今日一骗：${why.n} 种轮换，轮到第 ${why.i + 1} 种`
          : `today's trick: number ${why.i + 1} of ${why.n} in turn`;
      return zh ? `${why.n} 种轮换；${heardZh(why.heard)}` : `${why.n} tricks in turn; ${heardEn(why.heard)}`;
    case 'weighted':
    case 'riskMatrix':
      return weightedInWords(why, wording);
    default:
      return why satisfies never;
  }
}

const heardZh = (days: number | null): string =>
  days === null ? '还没听过这一种' : `最久没听的一种，上次是 ${days} 天前`;
const heardEn = (days: number | null): string => (days === null ? 'not heard yet' : `heard longest ago, ${days} days`);
const lastZh = (days: number | null): string => (days === null ? '还没听过' : `${days} 天没听过`);
const lastEn = (days: number | null): string => (days === null ? 'not heard yet' : `not heard for ${days} days`);

function weightedInWords(why: Extract<Why, { w: number }>, { names, zh, trick }: Wording): string {
  const share = `${((why.w / why.t) * 100).toFixed(1)} %`;
  const parts = zh
    ? [
        (names.length > 0 ? names.join('、') : '通用') + (trick ? ` → ${trick}` : ''),
        `权重 ${why.w}（${share}）`,
        lastZh(why.heard),
      ]
    : [
        (names.length > 0 ? names.join(', ') : 'general') + (trick ? ` → ${trick}` : ''),
        `weight ${why.w} (${share})`,
        lastEn(why.heard),
      ];
  if (why.m !== undefined) parts.push(zh ? `当季：${why.m} 月` : `season: month ${why.m}`);
  if (why.f !== undefined && why.c !== undefined) {
    const moved = why.f === 0;
    parts.push(
      zh
        ? moved
          ? `近一年 ${why.c} 起，不足以调整`
          : `近一年 ${why.c} 起，系数 ×${(1 + why.f).toFixed(2)}`
        : moved
          ? `${why.c} cases in a year: too few to move it`
          : `${why.c} cases in a year: ×${(1 + why.f).toFixed(2)}`,
    );
  }
  return parts.join(zh ? '；' : '; ');
}
