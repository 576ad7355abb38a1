import type { Group } from '../taxonomy.js';

/** Why a recipient got their trick, as a delivery stores it: JSON of at most 255 characters, from which the choice is shown again. */
export type Why =
  /** n tricks in turn; `heard` is how many days ago this one was heard last, null for never. */
  | { readonly p: 'rotate'; readonly by: 'person'; readonly n: number; readonly heard: number | null }
  /** n tricks in turn; the i-th (from 0) is today's. */
  | { readonly p: 'rotate'; readonly by: 'occurrence'; readonly n: number; readonly i: number }
  | { readonly p: 'fixed'; readonly n: number; readonly i: number }
  /** Weight w of a total t over n tricks; g the groups that match; m the month where it is in season; f the incident factor over c cases. */
  | {
      readonly p: 'weighted' | 'riskMatrix';
      readonly n: number;
      readonly w: number;
      readonly t: number;
      readonly g?: readonly string[];
      readonly m?: number;
      readonly heard: number | null;
      readonly f?: number;
      readonly c?: number;
    };

const LONGEST = 255;

/** The stored form. Were it too long, groups leave from the end; what remains is still true. */
export function writeWhy(why: Why): string {
  const text = JSON.stringify(why);
  if (text.length <= LONGEST || !('g' in why) || !why.g?.length) return text;
  return writeWhy({ ...why, g: why.g.slice(0, -1) });
}

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
}

const HIDDEN = { zh: '重点提醒', en: 'priority reminder' };

/** The reason in words. Where a sensitive group played a part, those without the right read 重点提醒 and nothing else. */
export function whyInWords(text: string, reader: Reader): string {
  const why = readWhy(text);
  const zh = reader.language === 'zh';
  if (!why) return text;
  const groups = 'g' in why ? (why.g ?? []) : [];
  if (!reader.mayReadSensitive && groups.some((code) => reader.groups.get(code)?.sensitive ?? true)) {
    return zh ? HIDDEN.zh : HIDDEN.en;
  }
  if (why.p === 'fixed')
    return zh ? `指定骗术，第 ${why.i + 1} 种，共 ${why.n} 种` : `named trick ${why.i + 1} of ${why.n}`;
  if (why.p === 'rotate' && why.by === 'occurrence') {
    return zh
      ? `今日一骗：${why.n} 种轮换，轮到第 ${why.i + 1} 种`
      : `today's trick: number ${why.i + 1} of ${why.n} in turn`;
  }
  if (why.p === 'rotate')
    return zh ? `${why.n} 种轮换；${heardZh(why.heard)}` : `${why.n} tricks in turn; ${heardEn(why.heard)}`;
  const names = groups.map((code) => (zh ? reader.groups.get(code)?.nameZh : reader.groups.get(code)?.nameEn) ?? code);
  return weightedInWords(why, names, zh);
}

const heardZh = (days: number | null): string =>
  days === null ? '还没听过这一种' : `最久没听的一种，上次是 ${days} 天前`;
const heardEn = (days: number | null): string => (days === null ? 'not heard yet' : `heard longest ago, ${days} days`);
const lastZh = (days: number | null): string => (days === null ? '还没听过' : `${days} 天没听过`);
const lastEn = (days: number | null): string => (days === null ? 'not heard yet' : `not heard for ${days} days`);

function weightedInWords(why: Extract<Why, { w: number }>, names: readonly string[], zh: boolean): string {
  const share = `${((why.w / why.t) * 100).toFixed(1)} %`;
  const parts = zh
    ? [names.length > 0 ? names.join('、') : '通用', `权重 ${why.w}（${share}）`, lastZh(why.heard)]
    : [names.length > 0 ? names.join(', ') : 'general', `weight ${why.w} (${share})`, lastEn(why.heard)];
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
