import { channelInWords, reasonInWords, statusInWords } from '../words.js';

interface Told {
  readonly runs: number;
  /** Runs of which not everybody was looked at yet. */
  readonly unplanned: number;
  readonly inSegment: boolean | null;
  readonly deliveries: readonly { readonly channel: string; readonly status: string; readonly why: string }[];
  readonly skips: readonly { readonly channel: string; readonly reason: string }[];
}

/** What one campaign did about one person, in a sentence that can be read out on the telephone. */
export function whyCampaign({ runs, unplanned, inSegment, deliveries, skips }: Told): string {
  const waiting = unplanned > 0 ? `；另有 ${unplanned} 次尚未计划完毕` : '';
  if (inSegment === null) return `重点提醒活动，是否在客群内不予显示${waiting}`;
  if (!inSegment) return `期间执行 ${runs} 次，此人均不在客群内${waiting}`;
  const sent = deliveries.map((d) => `${channelInWords(d.channel)}${statusInWords(d.status)}（${d.why}）`);
  const counted = new Map<string, number>();
  for (const { channel, reason } of skips) {
    const words = `${channelInWords(channel)}：${reasonInWords(reason)}`;
    counted.set(words, (counted.get(words) ?? 0) + 1);
  }
  const skipped = [...counted].map(([words, n]) => (n > 1 ? `${words} ×${n}` : words));
  return [
    '在客群内',
    ...(sent.length > 0 ? [`已计划 ${sent.length} 条：${sent.join('，')}`] : []),
    ...(skipped.length > 0 ? [`跳过：${skipped.join('，')}`] : []),
    ...(sent.length + skipped.length === 0 ? ['投递时此人属其他乡镇，详情不予显示'] : []),
  ]
    .join('；')
    .concat(waiting);
}
