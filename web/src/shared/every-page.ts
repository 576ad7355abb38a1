import type { ListPage } from './CursorList';

/** Everything in a list by cursor, of which at most `most` pages are read. */
export async function everyPage<R>(
  most: number,
  fetchPage: (cursor: { readonly cursor?: string }) => Promise<ListPage<R>>,
): Promise<R[]> {
  const items: R[] = [];
  let next: string | null | undefined;
  for (let page = 0; page < most && next !== null; page += 1) {
    const { items: more, nextCursor } = await fetchPage(next ? { cursor: next } : {});
    items.push(...more);
    next = nextCursor;
  }
  return items;
}
