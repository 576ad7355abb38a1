import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { DeliveryView, RunView } from '../../api/types';
import { DataTable } from '../../shared/DataTable';
import { grouped } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { Answer } from '../../shared/states';
import { State } from '../../shared/Tone';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

const READ = 500;

/** Why messages did not arrive, told from the deliveries themselves. */
export function Failures({ run }: { readonly run: RunView }) {
  const t = useTexts();
  const word = useWords();
  const { failed, undelivered } = run.counts;
  const found = useQuery({
    queryKey: ['runs', run.id, 'failures', failed, undelivered],
    enabled: failed + undelivered > 0,
    placeholderData: (before) => before,
    queryFn: async () => {
      const some = async (status: 'failed' | 'undelivered') =>
        (
          await api.GET('/api/v1/runs/{id}/deliveries', {
            params: { path: { id: run.id }, query: { status, limit: READ } },
          })
        ).data?.items ?? [];
      return [...(await some('failed')), ...(await some('undelivered'))];
    },
  });
  if (failed + undelivered === 0) return null;
  return (
    <Block
      title={t('failures')}
      note={failed > READ || undelivered > READ ? t('failuresPart', { n: grouped(found.data?.length) }) : null}
    >
      <Answer of={found}>
        {(deliveries) => (
          <DataTable
            label={t('failures')}
            rows={byReason(deliveries)}
            keyOf={({ status, gateway, reason }) => `${status} ${gateway} ${reason}`}
            columns={[
              { title: t('status'), show: (row) => <State of="delivery" is={row.status} /> },
              { title: t('channel'), show: (row) => `${word('channel', row.channel)} ${row.gateway}` },
              {
                title: t('reason'),
                kind: 'wide',
                show: (row) => (row.reason ? word('reason', row.reason) : t('unknownReason')),
              },
              { title: t('count'), kind: 'number', show: (row) => grouped(row.n) },
            ]}
          />
        )}
      </Answer>
    </Block>
  );
}

function byReason(deliveries: readonly DeliveryView[]) {
  const groups = new Map<string, { status: string; channel: string; gateway: string; reason: string; n: number }>();
  for (const { status, channel, gateway, reason = '' } of deliveries) {
    const key = [status, gateway, reason].join('\n');
    const known = groups.get(key);
    if (known) known.n += 1;
    else groups.set(key, { status, channel, gateway, reason, n: 1 });
  }
  return [...groups.values()].sort((a, b) => b.n - a.n);
}
