import { stat } from 'node:fs/promises';
import { Refusal } from './answer.js';

/** Nothing is ever written over: the file that a hurried hand names may be the database itself. */
export async function refuseExisting(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw new Refusal(`${path} is there already: name a file that is not.`);
}

/**
 * The lines of a stream, each without its end. Only LF ends one: Node's readline also breaks at U+2028, which stands
 * unescaped in JSON.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  for await (const part of stream) {
    let from = 0;
    for (let at = part.indexOf(10); at !== -1; at = part.indexOf(10, from)) {
      const end = part.subarray(from, at);
      yield held.length === 0 ? end : Buffer.concat([...held, end]);
      held = [];
      from = at + 1;
    }
    if (from < part.length) held.push(part.subarray(from));
  }
  if (held.length > 0) yield Buffer.concat(held);
}
