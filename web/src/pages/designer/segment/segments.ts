import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client';
import type { SegmentView } from '../../../api/types';
import { everyPage } from '../../../shared/every-page';
import type { Subject } from '../../../shared/rule-fields';

const MOST_PAGES = 10;

/** Every segment of people or of group chats that the caller may use. */
export const useSegments = (of: Subject, isOn = true) =>
  useQuery<SegmentView[]>({
    queryKey: ['segments', of],
    enabled: isOn,
    staleTime: 60_000,
    queryFn: () =>
      everyPage(
        MOST_PAGES,
        async (at) => (await api.GET('/api/v1/segments', { params: { query: { of, limit: 100, ...at } } })).data!,
      ),
  });
