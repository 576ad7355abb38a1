import { POPULATIONS, type Population } from '../../platform/kernel/index.js';

export type { Population };

/** Full-width letters and digits become plain ones, the rest of the typing habits too. */
export const tidy = (text: string): string => text.normalize('NFKC').trim();

const POPULATION_WORDS: Readonly<Record<Population, string>> = {
  local:
    'local locals resident 本地 本地人 本地居民 本地群众 本地人口 本地人员 常住 常住人口 常住居民 户籍 户籍人口 户籍居民 居民',
  migrant:
    'migrant migrants 流动人口 流动人员 流动 流口 外来 外来人口 外来人员 外来务工 外来务工人员 暂住 暂住人口 暂住人员 新居民',
  arrival: 'arrival arrivals 入岛 入岛人员 入岛群众 入岛人口 入岛旅客 入岛游客 游客 旅客 上岛人员',
  special: 'special 特殊 特殊人群 特殊群体 特殊人员 重点 重点人群 重点群体 重点人员',
};

const populations = new Map<string, Population>(
  POPULATIONS.flatMap((kind) => POPULATION_WORDS[kind].split(' ').map((word) => [word, kind] as const)),
);

/** The population that a word of a file or a caller means; null where none is known. */
export const readPopulation = (word: string): Population | null => populations.get(tidy(word).toLowerCase()) ?? null;

const genders = new Map([
  ...['男', '男性', 'm', 'male', 'man'].map((w) => [w, 'male'] as const),
  ...['女', '女性', 'f', 'female', 'woman'].map((w) => [w, 'female'] as const),
  ...['其他', '未知', '未说明', 'other', 'unknown', 'x'].map((w) => [w, 'other'] as const),
]);

export const readGender = (word: string): 'male' | 'female' | 'other' | null =>
  genders.get(tidy(word).toLowerCase()) ?? null;

const languages = new Map([
  ...['中文', '汉语', '普通话', '国语', '汉', 'chinese', 'mandarin'].map((w) => [w, 'zh'] as const),
  ...['英语', '英文', 'english'].map((w) => [w, 'en'] as const),
  ...['日语', '日文', 'japanese'].map((w) => [w, 'ja'] as const),
  ...['韩语', '朝鲜语', 'korean'].map((w) => [w, 'ko'] as const),
  ...['越南语', 'vietnamese'].map((w) => [w, 'vi'] as const),
  ...['俄语', 'russian'].map((w) => [w, 'ru'] as const),
  ...['维吾尔语', '维语', 'uyghur'].map((w) => [w, 'ug'] as const),
  ...['藏语', 'tibetan'].map((w) => [w, 'bo'] as const),
]);

/** A language tag (`zh`, `en`, `zh-Hant`) or the word that a file uses for it; null where neither. */
export const readLanguage = (word: string): string | null => {
  const plain = tidy(word);
  const known = languages.get(plain.toLowerCase());
  if (known) return known;
  return /^[A-Za-z]{2,3}(-[A-Za-z]{2,4})?$/.test(plain) ? plain : null;
};

/** The words of a cell that holds several: `;` by contract, and what officers type instead of it. */
export const splitWords = (text: string): string[] =>
  text
    .split(/[;；,，、|/\n]+/)
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** A plain tag, as it is stored. */
export const isTagCode = (word: string): boolean => /^[a-z0-9_]{2,40}$/.test(word);

/** The tag of a word: an alias's need, or the code itself; null where it is neither. */
export const readTag = (word: string, aliases: ReadonlyMap<string, string>): string | null => {
  const plain = tidy(word);
  const code = aliases.get(plain) ?? plain.toLowerCase();
  return isTagCode(code) ? code : null;
};

/** 18 characters, 17 digits and a check digit: a resident identity number, which may never be an external id. */
export const isIdentityNumber = (text: string): boolean => /^\d{17}[\dXx]$/.test(tidy(text).replace(/\s/g, ''));
