/**
 * `npm run client`: writes `src/data/answers.json`, the JSON schema of what every route answers, read from the return
 * types of the controllers, so that no shape is written twice. `test/guards/client.spec.ts` holds it up to date.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const ROUTES = new Set(['Get', 'Post', 'Put', 'Delete', 'Patch', 'Sse']);
/** Names that say nothing about a shape: what has one is written out where it stands. */
const NAMELESS = new Set(['__type', '__object', 'Array', 'ReadonlyArray', 'Record', 'Readonly', 'Partial', 'Page']);

/** Answers that are no JSON: a file, a stream of events. */
const WRITTEN = new Set(['StreamableFile', 'Observable']);

const controllersIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return controllersIn(path);
    return entry.name.endsWith('.controller.ts') ? [path] : [];
  });

/** Reads the return types of all routes: operation id → schema, and the named shapes that they share. */
function readAnswers() {
  const files = controllersIn(join(root, 'src')).sort();
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const program = ts.createProgram(files, { ...options, noEmit: true, incremental: false, tsBuildInfoFile: undefined });
  const schemas = new Schemas(program.getTypeChecker());
  const operations = {};
  for (const file of files) {
    for (const statement of program.getSourceFile(file).statements.filter(ts.isClassDeclaration)) {
      for (const method of statement.members.filter(isRoute)) {
        const schema = schemas.ofAnswer(method);
        if (schema) operations[`${statement.name.text}_${method.name.text}`] = schema;
      }
    }
  }
  return { operations, schemas: schemas.named() };
}

const isRoute = (member) =>
  ts.isMethodDeclaration(member) &&
  (ts.getDecorators(member) ?? []).some(
    ({ expression }) => ts.isCallExpression(expression) && ROUTES.has(expression.expression.getText()),
  );

class Schemas {
  #shapes = new Map();
  #types = new Map();

  constructor(checker) {
    this.checker = checker;
  }

  named() {
    return Object.fromEntries([...this.#shapes].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What a route answers with; null where that is nothing, or a stream that the route writes itself. */
  ofAnswer(method) {
    const signature = this.checker.getSignatureFromDeclaration(method);
    let type = this.checker.getReturnTypeOfSignature(signature);
    type = this.checker.getAwaitedType(type) ?? type;
    if (WRITTEN.has(type.symbol?.name)) return null;
    if (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) return null;
    return this.of(type);
  }

  of(type) {
    const { checker } = this;
    const is = (flags) => (type.flags & flags) !== 0;
    if (is(ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) return {};
    if (is(ts.TypeFlags.Null)) return { type: 'null' };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { enum: [type.value] };
    if (is(ts.TypeFlags.BooleanLiteral)) return { enum: [checker.typeToString(type) === 'true'] };
    if (is(ts.TypeFlags.StringLike)) return { type: 'string' };
    if (is(ts.TypeFlags.NumberLike)) return { type: 'number' };
    if (is(ts.TypeFlags.BooleanLike)) return { type: 'boolean' };
    if (type.isUnion()) return this.#union(type);
    if (checker.isTupleType(type) || checker.isArrayType(type)) {
      const items = checker.getTypeArguments(type);
      return { type: 'array', items: items.length === 1 ? this.of(items[0]) : this.#any(items.map((i) => this.of(i))) };
    }
    return this.#object(type);
  }

  #union(type) {
    const parts = type.types.filter(
      (t) => !(t.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) && !WRITTEN.has(t.symbol?.name),
    );
    const isBoolean = parts.filter((t) => t.flags & ts.TypeFlags.BooleanLiteral).length === 2;
    const literals = parts.filter((t) => t.isStringLiteral() || t.isNumberLiteral());
    const others = parts.filter((t) => !literals.includes(t) && !(isBoolean && t.flags & ts.TypeFlags.BooleanLiteral));
    return this.#any([
      ...(literals.length > 0 ? [{ enum: literals.map((t) => t.value).sort() }] : []),
      ...(isBoolean ? [{ type: 'boolean' }] : []),
      ...others.map((t) => this.of(t)),
    ]);
  }

  #any(schemas) {
    const different = [...new Map(schemas.map((s) => [JSON.stringify(s), s])).values()];
    return different.length === 1 ? different[0] : { anyOf: different };
  }

  #object(type) {
    const name = this.#nameOf(type);
    if (name === null) return this.#shape(type);
    if (!this.#shapes.has(name)) {
      this.#shapes.set(name, {});
      this.#shapes.set(name, this.#shape(type));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** The name of an interface or an alias without parameters; a second shape of the same name gets a number. */
  #nameOf(type) {
    const known = this.#types.get(type);
    if (known) return known;
    const symbol = type.aliasSymbol ?? type.symbol;
    const hasParameters = (type.aliasTypeArguments ?? []).length > 0 || (type.typeArguments ?? []).length > 0;
    if (!symbol || hasParameters || NAMELESS.has(symbol.name)) return null;
    const taken = new Set(this.#types.values());
    let name = symbol.name;
    for (let n = 2; taken.has(name); n += 1) name = `${symbol.name}${n}`;
    this.#types.set(type, name);
    return name;
  }

  #shape(type) {
    const { checker } = this;
    const properties = {};
    const required = [];
    for (const symbol of checker.getPropertiesOfType(type).filter((s) => !s.name.startsWith('__@'))) {
      const of = checker.getTypeOfSymbol(symbol);
      if (of.getCallSignatures().length > 0) continue;
      const schema = this.of(of);
      const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
      properties[symbol.name] = text && !schema.$ref ? { ...schema, description: text } : schema;
      const canBeAbsent =
        symbol.flags & ts.SymbolFlags.Optional ||
        (of.isUnion() && of.types.some((t) => t.flags & ts.TypeFlags.Undefined));
      if (!canBeAbsent) required.push(symbol.name);
    }
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required: required.sort() } : {}),
      ...(index ? { additionalProperties: this.of(index) } : {}),
    };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = `${JSON.stringify(readAnswers(), null, 1)}\n`;
  if (process.argv.includes('--print')) process.stdout.write(text);
  else writeFileSync(join(root, 'src/data/answers.json'), text);
}
