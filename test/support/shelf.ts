import { Shelf, type Script } from '../../src/library/shelf.js';
import { shippedScripts, shippedTaxonomy } from '../../src/library/shipped.loader.js';
import type { Trick } from '../../src/library/taxonomy.js';

export const shippedTricks: Trick[] = shippedTaxonomy.types.flatMap((type) =>
  type.tricks.map((trick) => ({ ...trick, type: type.code })),
);
const typeOf = new Map(shippedTricks.map((trick) => [trick.code, trick.type]));
export const shippedSeverity = new Map(shippedTaxonomy.types.map((type) => [type.code, type.severity.weight]));

/** The shipped scripts as they stand on a shelf, without a database. */
const all = shippedScripts().flatMap(({ language, scripts }) => scripts.map((script) => ({ ...script, language })));
export const shippedScriptList: Script[] = all.map((script, i): Script => ({
  ...script,
  versionId: i + 1,
  scriptId: `S${i}`,
  type: typeOf.get(script.trick)!,
  title: script.title ?? null,
  variables: [],
  digest: String(i),
}));

export const shelfOf = (of: readonly Script[], about: Partial<ConstructorParameters<typeof Shelf>[2]> = {}): Shelf =>
  new Shelf(shippedTricks, of, { severity: shippedSeverity, groupsOf: shippedTaxonomy, ...about });

export const shippedShelf = shelfOf(shippedScriptList);
