import { TOWNSHIPS } from '../island/places.mjs';

/** @param {readonly { code: string, name: string }[]} townships the office's own */
const placeOf = (townships) => {
  const own = new Map(TOWNSHIPS.map(({ name }, i) => [name, townships[i % townships.length].name]));
  return (name) => own.get(name) ?? townships[0].name;
};

/** The field worker of a township of the office, by its place in the list. */
export const workerOf = (index) => `grid${index + 1}`;

/**
 * The synthetic island moved into the office's townships, so that scopes, segments and reports are the office's own.
 *
 * @param {import('../island/island.mjs').Island} island
 * @param {readonly { code: string, name: string }[]} townships
 */
export function movedTo(townships, island) {
  const place = placeOf(townships);
  const worker = (name) => workerOf(townships.findIndex((t) => t.name === name));
  return {
    ...island,
    people: island.people.map((one) => ({ ...one, township: one.township && place(one.township), community: '' })),
    chats: island.chats.map((chat) => {
      const township = place(chat.township);
      const from = TOWNSHIPS.find(({ name }) => name === chat.township)?.name ?? '';
      return {
        ...chat,
        township,
        name: `${chat.name.replace(from, township)} ${townships.length < TOWNSHIPS.length ? from : ''}`.trim(),
        ...(chat.owner && { owner: worker(township) }),
      };
    }),
  };
}
