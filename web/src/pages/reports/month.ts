/** The month so many months later (or earlier): `2026-11`, 1 → `2026-12`. */
export function moveMonth(month: string, by: number): string {
  const [year = 0, m = 1] = month.split('-').map(Number);
  const index = year * 12 + m - 1 + by;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** A month as a report's period: from its first day up to the first day of the next. */
export const spanOf = (month: string): { from: string; to: string } => ({
  from: `${month}-01`,
  to: `${moveMonth(month, 1)}-01`,
});
