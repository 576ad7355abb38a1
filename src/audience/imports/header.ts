import { tidy } from '../people/person-words.js';

/** Our fields of a row. The dates of memberships have columns of their own. */
export const FIELDS = [
  'externalId',
  'name',
  'phone',
  'email',
  'populations',
  'registeredAt',
  'arrivedAt',
  'departsAt',
  'township',
  'community',
  'birthDate',
  'gender',
  'tags',
  'language',
  'school',
  'guardianOf',
] as const;
export type Field = (typeof FIELDS)[number];

export const isField = (name: string): name is Field => (FIELDS as readonly string[]).includes(name);

/** What files call a field, the surest word first: where several columns could be meant, the surest is read, the others fill its blanks. */
const WORDS: Readonly<Record<Field, string>> = {
  externalId: 'externalid 人员编号 人员编码 外部编号 证件外编号 人员id 编号 编码 档案号 登记编号 personid',
  name: 'name 姓名 名字 人员姓名 fullname',
  phone:
    'phone 手机号 手机号码 手机 移动电话 联系手机 本人手机 联系电话 联系方式 电话号码 电话 mobile phonenumber tel telephone',
  email: 'email 邮箱 电子邮箱 电子邮件 邮箱地址 mail emailaddress',
  populations: 'populations population 人群 人群类别 人员类别 人员类型 人群类型 人口类别 类别',
  registeredAt: 'registeredat 登记日期 登记时间 流口登记日期 居住登记日期 暂住登记日期 registrationdate',
  arrivedAt: 'arrivedat 入岛时间 入岛日期 上岛时间 上岛日期 抵达时间 抵达日期 到达时间 arrivaldate arrival',
  departsAt: 'departsat 离岛时间 离岛日期 预计离岛时间 预计离岛日期 departuredate departure',
  township: 'township 乡镇 乡镇街道 镇街 所属乡镇 所在乡镇 街道 乡镇名称 town',
  community: 'community 社区 村社 社区村 村社区 村居 村 所属社区 所在社区 village',
  birthDate: 'birthdate 出生日期 出生年月日 生日 dateofbirth birthday dob',
  gender: 'gender 性别 sex',
  tags: 'tags tag 标签 人员标签 特征标签',
  language: 'language 语言 语种 lang',
  school: 'school 学校 就读学校 所在学校',
  guardianOf: 'guardianof 监护对象 监护对象编号 被监护人 被监护人编号',
};

const byWord = new Map<string, { readonly field: Field; readonly rank: number }>(
  FIELDS.flatMap((field) => WORDS[field].split(' ').map((word, rank) => [word, { field, rank }] as const)),
);

/** `手机号（必填）*`, `Phone_Number` and `phone number` are what they mean. */
export const plainHeader = (cell: string): string =>
  tidy(cell)
    .toLowerCase()
    .replace(/^\ufeff/, '')
    .replace(/\([^)]*\)|\[[^\]]*\]/g, '')
    .replace(/[\s*:：_\-/、.]+/g, '');

/** The known fields among these cells, each once. */
export const headerFields = (cells: readonly string[]): Field[] => [
  ...new Set(cells.flatMap((cell) => byWord.get(plainHeader(cell))?.field ?? [])),
];

/** Where each field stands: its columns, the surest first. */
export type Columns = ReadonlyMap<Field, readonly number[]>;

export type HeaderReading =
  | { readonly ok: true; readonly columns: Columns; readonly unknown: readonly string[] }
  | { readonly ok: false; readonly missing: readonly string[] };

/** The columns of a header row: by known words, and before them by the mapping (our field → their header) that an officer gave. */
export function readHeader(
  cells: readonly string[],
  mapping: Readonly<Partial<Record<Field, string>>> = {},
): HeaderReading {
  const named = new Map<Field, number>();
  const missing: string[] = [];
  for (const [field, header] of Object.entries(mapping) as [Field, string][]) {
    const at = cells.findIndex((cell) => tidy(cell) === tidy(header) || plainHeader(cell) === plainHeader(header));
    if (at === -1) missing.push(header);
    else named.set(field, at);
  }
  if (missing.length > 0) return { ok: false, missing };
  const taken = new Set(named.values());
  const found = cells.flatMap((cell, at) => {
    const known = byWord.get(plainHeader(cell));
    return known && !taken.has(at) && !named.has(known.field) ? [{ ...known, at }] : [];
  });
  const columns = new Map<Field, number[]>([...named].map(([field, at]) => [field, [at]]));
  for (const { field, at } of found.sort((a, b) => a.rank - b.rank || a.at - b.at)) {
    columns.set(field, [...(columns.get(field) ?? []), at]);
  }
  const used = new Set([...columns.values()].flat());
  return { ok: true, columns, unknown: cells.filter((cell, at) => !used.has(at) && cell.trim() !== '') };
}

/** Files begin with a title or a note as often as not: the header is the first of these rows with at least two known words, or else with one. */
export function headerAt(
  rows: readonly (readonly string[])[],
  mapping: Readonly<Partial<Record<Field, string>>> = {},
): number | null {
  const known = rows.map((cells) => {
    const reading = readHeader(cells, mapping);
    return reading.ok ? reading.columns.size : 0;
  });
  const sure = known.findIndex((n) => n >= 2);
  if (sure !== -1) return sure;
  const perhaps = known.findIndex((n) => n >= 1);
  return perhaps === -1 ? null : perhaps;
}
