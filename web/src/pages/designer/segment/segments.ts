import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client';
import type { SegmentView } from '../../../api/types';
import type { Subject } from '../../../shared/rule-fields';

const MOST_PAGES = 10;

/** Every segment of people or of group chats that the caller may use. */
export const useSegments = (of: Subject, isOn = true) =>
  useQuery<SegmentView[]>({
    queryKey: ['segments', of],
    enabled: isOn,
    staleTime: 60_000,
    queryFn: async () => {
      const items: SegmentView[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < MOST_PAGES && cursor !== null; page += 1) {
        const { data } = await api.GET('/api/v1/segments', {
          params: { query: { of, limit: 100, ...(cursor ? { cursor } : {}) } },
        });
        items.push(...(data?.items ?? []));
        cursor = data?.nextCursor ?? null;
      }
      return items;
    },
  });
