/** `node people-file.mjs FILE SIZE`: a list of made-up people as officers bring it, CSV or XLSX by the file's name. A process of its own, so that its memory is not the import's. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pathToFileURL } from 'node:url';
import ExcelJS from 'exceljs';

export const HEADER = ['人员编号', '姓名', '手机号', '乡镇', '社区', '出生日期', '性别', '人群', '标签', '登记日期'];

const NAMES = [...'王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗'];
const TAGS = ['', '', '老年人', '', '学生', '', '个体工商户', '', '民宿业主;家长', ''];
const two = (n) => String(n).padStart(2, '0');

/** The cells of the nth person: numbers scattered over the range, as in a real list, and each one different. */
export function cells(i) {
  const migrant = i % 5 === 4;
  return [
    `B${String(i).padStart(8, '0')}`,
    `${NAMES[i % NAMES.length]}${NAMES[(i * 7) % NAMES.length]}`,
    `13${String(((i * 7_919 + 104_729) % 1_000_000_007) % 1_000_000_000).padStart(9, '0')}`,
    i % 2 === 0 ? '菜园镇' : '嵊山镇',
    `第${(i % 40) + 1}社区`,
    `${1940 + (i % 70)}-${two((i % 12) + 1)}-${two((i % 28) + 1)}`,
    i % 2 === 0 ? '男' : '女',
    migrant ? '流动人口' : '本地居民',
    TAGS[i % TAGS.length],
    migrant ? `2026-${two((i % 11) + 1)}-${two((i % 28) + 1)}` : '',
  ];
}

async function csv(path, size) {
  const out = createWriteStream(path);
  out.write(`${HEADER.join(',')}\n`);
  for (let i = 0; i < size; i += 1000) {
    const rows = Array.from({ length: Math.min(1000, size - i) }, (_, j) => cells(i + j).join(','));
    if (!out.write(`${rows.join('\n')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function xlsx(path, size) {
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true });
  const sheet = book.addWorksheet('名单');
  sheet.addRow(HEADER).commit();
  for (let i = 0; i < size; i += 1) sheet.addRow(cells(i)).commit();
  sheet.commit();
  await book.commit();
}

const [, self, path, size] = process.argv;
if (import.meta.url === pathToFileURL(self).href) await (path.endsWith('.xlsx') ? xlsx : csv)(path, Number(size));
