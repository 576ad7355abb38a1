import type { Rule, RuleCondition } from './rule.js';

export interface ReadyMade {
  /** Stays the same for ever: by it a fresh start knows what is there already. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly rule: Rule;
}

/** What a sensitive tag's segment is called by those who may read it: by the need, not by the status. */
const NEEDS: Readonly<Record<string, string>> = {
  focus_romance: '婚恋交友提醒',
  focus_recovery: '二次被骗提醒',
  focus_loan: '贷款提醒',
  job_seeker: '求职提醒',
  minor: '未成年人提醒',
};

const all = (...rules: RuleCondition[]): Rule => ({ combinator: 'and', rules });
const is = (field: string, value: string | boolean): RuleCondition => ({ field, operator: '=', value });

/** The segments of the mission, as a fresh database holds them; officers copy and change them as they like. */
export function readyMade(county: {
  readonly sensitiveTags: readonly string[];
  /** A file's word → the tag. */
  readonly tagAliases: Readonly<Record<string, string>>;
  readonly types: readonly { readonly code: string; readonly nameZh: string }[];
}): ReadyMade[] {
  const sensitive = new Set(county.sensitiveTags);
  const words = new Map<string, string>();
  for (const [word, tag] of Object.entries(county.tagAliases)) if (!words.has(tag)) words.set(tag, word);
  const tags = [...new Set([...words.keys(), ...county.sensitiveTags])];
  return [
    { key: 'local', name: '本地居民', description: '日@', rule: all(is('population', 'local')) },
    { key: 'migrant', name: '流动人口', description: '月@', rule: all(is('population', 'migrant')) },
    { key: 'special', name: '特殊人群', description: '常@', rule: all(is('population', 'special')) },
    {
      key: 'registered-today',
      name: '今日新登记',
      description: '一登记一宣传',
      rule: all(is('registeredAt', 'today')),
    },
    { key: 'on-island', name: '当前在岛', description: '已入岛、未离岛', rule: all(is('onIsland', true)) },
    { key: 'arrived-today', name: '今日入岛', description: '入岛全@', rule: all(is('arrivedAt', 'today')) },
    {
      key: 'students-by-school',
      name: '学生（已登记学校）',
      description: '加条件“学校 = …”即为一所学校的学生',
      rule: all(is('tag', 'student'), { field: 'school', operator: 'notNull' }),
    },
    {
      key: 'not-reached-28-days',
      name: '28 天未触达',
      description: '从未触达的也在内',
      rule: all({ field: 'lastReachedAt', operator: 'notWithinLast', value: 'P28D' }),
    },
    ...tags.map((tag): ReadyMade => {
      const name = sensitive.has(tag) ? (NEEDS[tag] ?? tag) : (words.get(tag) ?? tag);
      return { key: `tag/${tag}`, name, description: '按标签', rule: all(is('tag', tag)) };
    }),
    ...county.types.map(({ code, nameZh }): ReadyMade => ({
      key: `never/${code}`,
      name: `从未触达：${nameZh}`,
      description: '该类型的宣传一次也没有收到过',
      rule: all({ field: 'reachedByType', operator: '!=', value: code }),
    })),
  ];
}
