import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Every source file of the product, tests apart; paths from the project's folder. */
export function sources(folder = 'src'): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts') ? [path] : [];
  });
}
