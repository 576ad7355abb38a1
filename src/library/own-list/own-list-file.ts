import { recordsOf, UnreadableSheet, type Sheet } from '../../platform/sheets/index.js';

/** What the columns of a workbook may be called; the first is what the printed format shows. */
export const TYPE_COLUMNS = {
  code: ['代码', 'code'],
  no: ['序号', 'no'],
  nameZh: ['类型名称', '名称', 'nameZh'],
  nameEn: ['英文名称', 'nameEn'],
  severity: ['权重', 'severity'],
} as const;

export const TRICK_COLUMNS = {
  code: ['代码', 'code'],
  no: ['序号', 'no'],
  type: ['类型代码', '类型', 'type'],
  nameZh: ['骗术名称', '名称', 'nameZh'],
  nameEn: ['英文名称', 'nameEn'],
  mechanism: ['手法', '作案手法', 'mechanism'],
  recognitionSigns: ['识别点', 'recognitionSigns'],
  advice: ['防范要点', '建议', 'advice'],
  vulnerableGroups: ['易受害人群', '人群', 'vulnerableGroups'],
  months: ['高发月份', '月份', 'months'],
  seasonNote: ['季节说明', 'seasonNote'],
  variants: ['变种', '其他叫法', 'variants'],
  retired: ['停用', 'retired'],
} as const;

export const TYPE_SHEET = '类型';
export const TRICK_SHEET = '骗术';

const items = (text: string | undefined): string[] =>
  (text ?? '')
    .split(/[;；、\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

const sentences = (text: string | undefined): string[] =>
  (text ?? '')
    .split(/[;；\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** A number where it is one; what else was written stays, for the schema to refuse it in its place. */
const number = (text: string | undefined): unknown =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;

const present = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/** Lines of the workbook by the place that they have in the list, so that a mistake can name its row. */
export interface ReadList {
  readonly list: { readonly types: unknown[]; readonly tricks: unknown[] };
  readonly rows: ReadonlyMap<string, string>;
}

/** A workbook with a sheet 类型 and a sheet 骗术 (or a CSV of tricks) as the list that the schema reads. Throws UnreadableSheet. */
export function listOfSheets(sheets: readonly Sheet[]): ReadList {
  const named = (...names: string[]): Sheet | undefined =>
    sheets.find((sheet) => names.includes(sheet.name.toLowerCase()));
  const trickSheet = named(TRICK_SHEET, 'tricks') ?? (sheets.length === 1 ? sheets[0] : undefined);
  if (!trickSheet) throw new UnreadableSheet('unknown_sheet', `The workbook has no sheet called ${TRICK_SHEET}.`);
  const typeSheet = named(TYPE_SHEET, 'types');
  const types = typeSheet ? recordsOf(typeSheet, TYPE_COLUMNS) : [];
  const tricks = recordsOf(trickSheet, TRICK_COLUMNS);
  if (tricks.length === 0) throw new UnreadableSheet('empty_file', 'The list of tricks holds no rows.');
  const rows = new Map<string, string>();
  types.forEach(({ line }, i) => rows.set(`/types/${i}`, `${TYPE_SHEET} ${line}`));
  tricks.forEach(({ line }, i) => rows.set(`/tricks/${i}`, `${trickSheet.name || TRICK_SHEET} ${line}`));
  return {
    rows,
    list: {
      types: types.map(({ record: r }) =>
        present({ code: r.code, no: number(r.no), nameZh: r.nameZh, nameEn: r.nameEn, severity: number(r.severity) }),
      ),
      tricks: tricks.map(({ record: r }) =>
        present({
          code: r.code,
          no: number(r.no),
          type: r.type,
          nameZh: r.nameZh,
          nameEn: r.nameEn,
          mechanism: r.mechanism,
          recognitionSigns: sentences(r.recognitionSigns),
          advice: sentences(r.advice),
          vulnerableGroups: items(r.vulnerableGroups),
          season: r.months
            ? {
                months: items(r.months.replaceAll(/[,，]/g, ';')).map((m) => number(m.replace(/月$/, ''))),
                noteZh: r.seasonNote ?? '',
              }
            : undefined,
          variants: items(r.variants),
          retired: /^(是|停用|true|1|yes)$/i.test(r.retired ?? ''),
        }),
      ),
    },
  };
}
