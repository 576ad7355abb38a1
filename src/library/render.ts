import type { Script } from './shelf.js';
import { MissingVariable, TemplateCache } from './template.js';

const bodies = new TemplateCache();
const titles = new TemplateCache();

/**
 * The text of a script for one recipient. `variables` are the office's and the recipient's; names that the script does not use
 * are passed over. Throws MissingVariable with every name that has no value.
 */
export function renderScript(
  script: Pick<Script, 'digest' | 'title' | 'body'>,
  variables: Readonly<Record<string, string | null | undefined>>,
): { title?: string; text: string } {
  const body = bodies.get(script.digest, script.body);
  if (script.title === null) return { text: body.render(variables) };
  const title = titles.get(script.digest, script.title);
  const missing = [...title.variables, ...body.variables].filter((name) => !variables[name]?.trim());
  if (missing.length > 0) throw new MissingVariable([...new Set(missing)]);
  return { title: title.render(variables), text: body.render(variables) };
}
