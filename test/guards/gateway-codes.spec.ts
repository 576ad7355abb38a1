import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { registry } from '../../src/gateways/registry.js';

const PAGE = 'docs/gateway-codes.md';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const sections = [...registry.values()]
  .filter(({ words }) => words !== undefined)
  .map(({ id, title, words }) => {
    const rows = [...words!].map(([code, { zh, en }]) => `| \`${code}\` | ${cell(zh)} | ${cell(en)} |`);
    return `## ${title.zh} ${title.en} (\`${id}\`)\n\n| code | 含义 | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });

const text = `# What gateways' codes mean 网关代码含义

The code stands with each delivery, verbatim; here are its words. A code that is not here is kept as it came. 每条投递都保留网关原始代码，含义如下；未列出的代码原样保留。

Made from the adapters' own tables: \`UPDATE_DOCS=1 npm test -- test/guards/gateway-codes\`.

${sections.join('\n')}`;

it("docs/gateway-codes.md has every adapter's words, in Chinese and English", async () => {
  const wanted = await format(text, { ...(await resolveConfig(PAGE)), parser: 'markdown' });
  if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, wanted);
  expect(readFileSync(PAGE, 'utf8')).toBe(wanted);
  for (const { id, words } of registry.values())
    for (const [code, { zh, en }] of words ?? [])
      expect([id, code, /[\u4e00-\u9fff]/.test(zh), en !== '']).toEqual([id, code, true, true]);
});
