/**
 * `npm run new:adapter -- carrier-pigeon`: the adapter of docs/add-an-adapter.md under another name, its spec, a README to fill in, and its
 * line in the registry. It passes the contract suite as it stands; from there on it is yours.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const { values, positionals } = parseArgs({ options: { root: { type: 'string' } }, allowPositionals: true });
const root = values.root ?? fileURLToPath(new URL('..', import.meta.url));
const [id, ...rest] = positionals;

const stop = (why) => {
  console.error(why);
  process.exit(2);
};

if (id === undefined || rest.length > 0 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id))
  stop('npm run new:adapter -- NAME, the name in lower-case letters, digits and dashes');
const folder = join(root, 'src/gateways', id);
if (existsSync(folder)) stop(`src/gateways/${id} is there already`);

const constant = id.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const guide = readFileSync(join(root, 'docs/add-an-adapter.md'), 'utf8');

/** The first block of TypeScript after the path is named. */
const blockAfter = (path) => {
  const block = guide.slice(Math.max(0, guide.indexOf(`\`${path}\``))).match(/```ts\n([\s\S]*?)```/)?.[1];
  if (block === undefined || !guide.includes(`\`${path}\``)) stop(`docs/add-an-adapter.md has no code for ${path}`);
  return block;
};

const renamed = (text) =>
  text
    .replace(/\bpigeon\b/g, constant)
    .replaceAll(`./${constant}.js`, `./${id}.js`)
    .replaceAll(`'${constant}'`, `'${id}'`)
    .replace(/title: \{[^}]*\}/, `title: { zh: '${id}', en: '${id}' }`)
    .replace("Pigeon's SMS", `${id}`);

const readme = `# ${id}

What it is, in two sentences.

## Settings

| setting | meaning | default |
| --- | --- | --- |
| \`baseUrl\` | address of the interface | required |
| \`apiKey\` | secret | required |
| \`timeoutMs\`, \`proxy\`, \`certificateSha256\` | the connection | |

\`\`\`yaml
- key: ${id}
  adapter: ${id}
  settings: { baseUrl: 'https://…', apiKey: '\${${constant.toUpperCase()}_KEY}' }
  signature: 【某某公安】
\`\`\`

## Credentials

Who gives them, and where they are entered.

## Limits

## What a refusal means

## Not verified
`;

const registryPath = join(root, 'src/gateways/registry.ts');
const registry = readFileSync(registryPath, 'utf8');
const lastImport = registry.lastIndexOf('\nimport ');
const endOfImport = registry.indexOf('\n', lastImport + 1);
const listed =
  `${registry.slice(0, endOfImport)}\nimport { ${constant} } from './${id}/${id}.js';${registry.slice(endOfImport)}`.replace(
    /\n\];/,
    `\n  ${constant},\n];`,
  );
if (!listed.includes(`\n  ${constant},\n];`)) stop('src/gateways/registry.ts has no list to add to');

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, `${id}.ts`), renamed(blockAfter('src/gateways/pigeon/pigeon.ts')));
writeFileSync(join(folder, `${id}.spec.ts`), renamed(blockAfter('src/gateways/pigeon/pigeon.spec.ts')));
writeFileSync(join(folder, 'README.md'), readme);
writeFileSync(registryPath, listed);
console.log(
  `src/gateways/${id} is there, and in the registry. Next: npm run format, npm test -- src/gateways/${id}, docs/add-an-adapter.md.`,
);
