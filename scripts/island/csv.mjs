/** The columns of the list, in an officer's words, each with what stands in it. */
const COLUMNS = [
  ['人员编号', (p) => p.externalId],
  ['姓名', (p) => p.name],
  ['手机号', (p) => p.phone],
  ['性别', (p) => p.gender],
  ['出生日期', (p) => p.birthDate],
  ['乡镇', (p) => p.township],
  ['社区', (p) => p.community],
  ['人群', (p) => p.populations.join(';')],
  ['标签', (p) => p.tags.join(';')],
  ['登记日期', (p) => p.registeredAt],
  ['入岛时间', (p) => p.arrivedAt],
  ['离岛时间', (p) => p.departsAt],
  ['语言', (p) => p.language],
  ['学校', (p) => p.school],
  ['监护对象', (p) => p.guardianOf],
];

const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * The list as a CSV with Chinese headers, UTF-8 with a byte order mark, the way a spreadsheet saves it.
 *
 * @param {readonly import('./residents.mjs').Person[]} people
 */
export function peopleCsv(people) {
  const lines = [COLUMNS.map(([header]) => header), ...people.map((p) => COLUMNS.map(([, value]) => value(p)))];
  return `\uFEFF${lines.map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;
}
