import { api } from '../../api/client';
import type { DeliveryView, paths } from '../../api/types';
import { CursorList } from '../../shared/CursorList';
import { shortTime } from '../../shared/county-time';
import { Recipient } from '../../shared/Recipient';
import { Empty } from '../../shared/states';
import { State } from '../../shared/Tone';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

export type DeliveryStatus = NonNullable<
  NonNullable<paths['/api/v1/runs/{id}/deliveries']['get']['parameters']['query']>['status']
>;

interface Props {
  readonly runId: string;
  readonly status?: DeliveryStatus | undefined;
  readonly channel?: string | undefined;
}

/** The deliveries of a run, masked, with text, reason and receipt. */
export function DeliveryList({ runId, status, channel }: Props) {
  const t = useTexts();
  const word = useWords();
  return (
    <CursorList<DeliveryView>
      label={t('deliveries')}
      queryKey={['runs', runId, 'deliveries', status, channel]}
      fetchPage={async (cursor) => {
        const asked = {
          ...(status ? { status } : {}),
          ...(channel ? { channel } : {}),
          ...(cursor ? { cursor } : {}),
          limit: 100,
        };
        const { data } = await api.GET('/api/v1/runs/{id}/deliveries', {
          params: { path: { id: runId }, query: asked },
        });
        return data!;
      }}
      keyOf={(row) => row.id}
      empty={<Empty text={t('deliveriesNone')} />}
      rowHeight={96}
      columns={[
        {
          title: t('to'),
          width: '8.5rem',
          show: (row) => <Recipient of={row.person ?? row.groupChat} fallback={row.externalId ?? '–'} />,
        },
        {
          title: t('channel'),
          width: '5.5rem',
          show: (row) => (
            <>
              {word('channel', row.channel)} <small>{row.gateway}</small>
            </>
          ),
        },
        {
          title: t('status'),
          width: '6rem',
          show: (row) => (
            <>
              <State of="delivery" is={row.status} /> {row.reason ? <small>{word('reason', row.reason)}</small> : null}
            </>
          ),
        },
        {
          title: t('text'),
          isWide: true,
          width: 'minmax(14rem, 2fr)',
          show: (row) => <span lang="zh-CN">{row.text}</span>,
        },
        {
          title: t('why'),
          isWide: true,
          width: 'minmax(8rem, 1fr)',
          show: (row) => (
            <span className="quiet" lang="zh-CN">
              {row.why}
            </span>
          ),
        },
        {
          title: t('at'),
          width: '6.5rem',
          show: (row) => (
            <>
              {shortTime(row.sentAt)}
              {row.receiptAt ? (
                <small>
                  {' '}
                  {t('receipt')} {shortTime(row.receiptAt)}
                </small>
              ) : null}
            </>
          ),
        },
      ]}
    />
  );
}
