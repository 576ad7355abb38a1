import type { GroupsOf } from '../taxonomy.js';
import { TRICK_COLUMNS, TRICK_SHEET, TYPE_COLUMNS, TYPE_SHEET } from './own-list-file.js';

const MEANING: Readonly<Record<string, string>> = {
  code: '代码：小写字母、数字、下划线，2–40 位，字母开头；永久不变，停用后也不改派他用',
  no: '序号：整数，在用骗术之间不重复',
  type: '所属类型的代码；已有骗术的类型不能改',
  nameZh: '中文名称，最多 64 字',
  nameEn: '英文名称，可空',
  severity: '对所有人的权重 0–10，可空（默认 1）；只用于该类型第一次进入权重矩阵',
  mechanism: '手法，一两句话，只写到能识别的程度',
  recognitionSigns: '识别点，用分号隔开，每条最好不超过 20 字',
  advice: '防范要点，用分号隔开',
  vulnerableGroups: '易受害人群的代码，用分号隔开，见 groups',
  months: '高发月份，如 7;8，可空',
  seasonNote: '季节说明，可空',
  variants: '其他叫法，用分号隔开，可空',
  retired: '停用填“是”；停用的骗术不再选用，历史投递和话术都保留，可再启用',
};

const columns = (of: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(of).map(([field, names]) => ({
    field,
    header: names[0]!,
    alsoCalled: names.slice(1),
    meaning: MEANING[field],
  }));

/** The format of an import as `GET /library/import-format` prints it; docs/library-import.md says the same at length. */
export const importFormat = (of: GroupsOf) => ({
  how: 'POST /library/imports, multipart: file (.json, .xlsx, .csv), dryRun=true|false, whole=true|false; or the JSON itself as the body, with ?dryRun=&whole=',
  whole:
    'true: the file is the whole list, and tricks that it leaves out are retired; false: the others stay as they are',
  xlsx: { sheets: { [TYPE_SHEET]: columns(TYPE_COLUMNS), [TRICK_SHEET]: columns(TRICK_COLUMNS) } },
  csv: `a file of tricks alone, with the columns of the sheet ${TRICK_SHEET}`,
  json: {
    types: [{ code: 'fake_loan', no: 5, nameZh: '虚假贷款类', severity: 1.5 }],
    tricks: [
      {
        code: 'loan_fake_flow',
        no: 20,
        type: 'fake_loan',
        nameZh: '刷流水贷款',
        mechanism: '以流水不足为由，要求先转账“刷流水”，钱转出后失联。',
        recognitionSigns: ['放款前先要钱', '用个人账户收款'],
        advice: ['放款前收费的都不是正规贷款', '去银行网点当面问'],
        vulnerableGroups: ['individual_merchant'],
        season: { months: [11, 12], noteZh: '年底资金紧' },
        variants: ['验资贷款'],
        retired: false,
      },
    ],
  },
  groups: of.groups.map(({ code, nameZh, nameEn }) => ({ code, nameZh, nameEn })),
  rules: [
    '代码永久不变：同一代码再次导入就是更新，不能换类型',
    '停用的骗术不再被选用；正在进行的活动跳过它，历史投递、话术、统计都保留',
    '新骗术没有已批准的话术之前不会被选用',
    '新类型按 severity 和易受害人群得到权重矩阵中的一行，随后可在 /library/weights 修改',
  ],
});
