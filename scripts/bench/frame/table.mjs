const COLUMNS = [9, 44, 20, 20, 9, 26, 8];

const line = (cells) =>
  console.log(
    cells
      .map((cell, i) => String(cell).padEnd(COLUMNS[i] ?? 0))
      .join(' ')
      .trimEnd(),
  );

const number = (value) =>
  value >= 100
    ? Math.round(value).toLocaleString('en')
    : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 1 });

export const printHead = () =>
  line(['on', 'figure', 'measured', 'goal', 'held', 'limit (measured beside it)', '× limit', 'CPU a thing']);

/** A figure as one line: what was measured, what it should be, what the machine could do at most. */
export function printRow({ on, name, value, unit, atLeast, atMost, held, limit, cpu, note }) {
  const goal = atLeast !== undefined ? `≥ ${number(atLeast)}` : atMost !== undefined ? `≤ ${number(atMost)}` : '';
  line([
    on === 'none' ? '' : on,
    name,
    `${number(value)} ${unit}`,
    goal === '' ? '' : `${goal} ${unit}`,
    held === undefined ? '' : held ? 'yes' : 'NO',
    limit ? `${number(limit.value)} ${unit} ${limit.is}` : '',
    limit && limit.value > 0 ? number(value / limit.value) : '',
    cpu === undefined ? '' : `${number(cpu)} µs${limit?.cpu === undefined ? '' : ` (limit ${number(limit.cpu)})`}`,
  ]);
  if (note) console.log(`${''.padEnd(COLUMNS[0])} ${note}`);
}
