import Handlebars from 'handlebars';

/** What a template can name. */
export interface Values {
  readonly to: string;
  readonly text: string;
  readonly title: string;
  readonly deliveryId: string;
  readonly callId: string;
  readonly receiptUrl: string;
}

export type Template = (values: Values) => string;

/**
 * A value inside a JSON body: `"{{text}}"` writes it escaped, so that a quote or a line break of a message cannot break the body
 * or add a field to it; helpers see it as it is.
 */
class JsonValue {
  constructor(readonly plain: string) {}
  toString(): string {
    return JSON.stringify(this.plain).slice(1, -1);
  }
}

const plain = (value: unknown): string => (value instanceof JsonValue ? value.plain : String(value));

/** Everything but the unreserved characters of RFC 3986 as %XX: the strictest reading, which every gateway decodes. */
const urlEncode = (value: unknown): string =>
  encodeURIComponent(plain(value)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const helpers = {
  urlEncode,
  /** A JSON string with its quotes. */
  json: (value: unknown): string => JSON.stringify(plain(value)),
  /** The last argument of a helper is Handlebars' own. */
  concat: (...parts: unknown[]): string => parts.slice(0, -1).map(plain).join(''),
  brace: (): string => '}',
};

const environment = Handlebars.create();
for (const [name, helper] of Object.entries(helpers)) environment.registerHelper(name, helper);

const sample = (more: Partial<Values> = {}): Values => ({
  to: '13800000001',
  text: 'text',
  title: 'title',
  deliveryId: '1',
  callId: '2',
  receiptUrl: 'http://127.0.0.1/receipts',
  ...more,
});
export const samples: readonly Values[] = [
  sample(),
  sample({ to: '057100000001', text: '短信 "x"', deliveryId: '3', callId: '4', receiptUrl: 'http://127.0.0.1/r' }),
];

/** `{"text":{{json text}}}` ends in three braces, which Handlebars would take for another kind of expression. */
const withPlainBraces = (text: string): string =>
  text.replace(
    /(?<!\{)(\{\{[^{}]+\}\})(\}+)/g,
    (_, expression: string, braces: string) => expression + '{{brace}}'.repeat(braces.length),
  );

/**
 * Compiles a template once. Values go in as they are (`{{text}}` is not escaped for HTML); a name that is not in `Values` is a
 * mistake, found here and not when the first message leaves. Throws with the reason.
 */
export function compile(text: string): (values: Values | Readonly<Record<string, JsonValue>>) => string {
  const template = environment.compile<Readonly<Record<keyof Values, string | JsonValue>>>(withPlainBraces(text), {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: {
      urlEncode: true,
      json: true,
      concat: true,
      brace: true,
      if: false,
      each: false,
      unless: false,
      with: false,
      lookup: false,
      log: false,
    },
  });
  for (const values of samples) template(values);
  return (values) => template(values as Parameters<typeof template>[0]);
}

const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};

/** The same for a body: where it is JSON, values are escaped for it. */
export function compileBody(text: string): Template {
  const template = compile(text);
  if (!isJson(template(samples[0]!))) return template;
  return (values) =>
    template(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new JsonValue(value)])));
}
