import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useAppTexts } from '../app/i18n';
import type { ListPage } from './CursorList';

/** A list by cursor of which one reads on by a button: of cards, or of some hundred rows. Longer ones: `CursorList`. */
export function usePages<R>(
  queryKey: readonly unknown[],
  fetchPage: (cursor: string | undefined) => Promise<ListPage<R>>,
  { everyMs }: { readonly everyMs?: number } = {},
) {
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
  return {
    /** For `Answer`. */
    asked: { ...pages, data: pages.data?.pages.flatMap((page) => page.items) },
    more: pages.hasNextPage ? () => void pages.fetchNextPage() : null,
    isReadingMore: pages.isFetchingNextPage,
  };
}

/** Reads on, where there is more. */
export function More({ of }: { readonly of: Pick<ReturnType<typeof usePages>, 'more' | 'isReadingMore'> }) {
  const t = useAppTexts();
  if (of.more === null) return null;
  return (
    <p className="more">
      <Button onClick={of.more} loading={of.isReadingMore}>
        {t('more')}
      </Button>
    </p>
  );
}
