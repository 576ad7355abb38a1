import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import { Empty, Failed, Loading } from './states';

export interface ListPage<R> {
  readonly items: readonly R[];
  readonly nextCursor: string | null;
}

interface ListColumn<R> {
  readonly title: string;
  /** Its share of the width: `minmax(8rem, 1fr)`, `6rem`. */
  readonly width: string;
  /** On a phone, where the columns stand two by two: has a line of its own. */
  readonly isWide?: boolean;
  show(row: R): ReactNode;
}

interface Props<R> {
  readonly label: string;
  /** Names the list and all that filters it. */
  readonly queryKey: readonly unknown[];
  fetchPage(cursor: string | undefined): Promise<ListPage<R>>;
  keyOf(row: R): string;
  readonly columns: readonly ListColumn<R>[];
  readonly empty?: ReactNode;
  readonly rowHeight?: number;
}

/** A list of any length: read page by page as one scrolls, only the rows in sight are in the document. */
export function CursorList<R>({ label, queryKey, fetchPage, keyOf, columns, empty, rowHeight = 52 }: Props<R>) {
  const scroller = useRef<HTMLDivElement>(null);
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer measures by itself and must not be memoised
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const inSight = virtual.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 20) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (pages.isPending) return <Loading />;
  if (pages.error && rows.length === 0) return <Failed error={pages.error} again={() => void pages.refetch()} />;
  if (rows.length === 0) return empty === undefined ? <Empty /> : empty;
  const grid = { '--columns': columns.map((column) => column.width).join(' ') } as CSSProperties;
  return (
    // What scrolls must be within reach of the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="cursor-list" ref={scroller} tabIndex={0} role="region" aria-label={label}>
      <div role="table" aria-label={label} aria-rowcount={hasNextPage ? -1 : rows.length + 1}>
        <div role="rowgroup" className="cursor-head">
          <div role="row" aria-rowindex={1} style={grid}>
            {columns.map((column) => (
              <span role="columnheader" key={column.title}>
                {column.title}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {inSight.map((item) => {
            const row = rows[item.index]!;
            return (
              <div
                role="row"
                key={keyOf(row)}
                aria-rowindex={item.index + 2}
                data-index={item.index}
                ref={virtual.measureElement}
                style={{
                  ...grid,
                  position: 'absolute',
                  top: 0,
                  left: 0,
                  right: 0,
                  transform: `translateY(${item.start}px)`,
                }}
              >
                {columns.map((column) => (
                  <span role="cell" key={column.title} className={column.isWide ? 'wide' : undefined}>
                    {column.show(row)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
