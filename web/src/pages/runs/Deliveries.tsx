import { Select } from 'antd';
import { useSearchParams } from 'react-router';
import { CHANNELS } from '../../shared/codes';
import { Block } from '../../shared/Page';
import { useWords } from '../../shared/words';
import { DeliveryList, type DeliveryStatus } from './DeliveryList';
import { useTexts } from './texts';

const STATUSES: readonly DeliveryStatus[] = [
  'pending',
  'sent',
  'awaiting',
  'delivered',
  'undelivered',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
];

/** All deliveries of the run; what filters them stands in the address, so that a link to it shows the same. */
export function Deliveries({ runId }: { readonly runId: string }) {
  const t = useTexts();
  const word = useWords();
  const [search, setSearch] = useSearchParams();
  const status = STATUSES.find((one) => one === search.get('status'));
  const channel = CHANNELS.find((one) => one === search.get('channel'));
  const choose = (name: string) => (value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return (
    <Block title={t('deliveries')}>
      <div className="filters">
        <Select
          aria-label={t('status')}
          value={status ?? ''}
          onChange={choose('status')}
          style={{ minWidth: 150 }}
          options={[
            { value: '', label: t('all') },
            ...STATUSES.map((value) => ({ value, label: word('delivery', value) })),
          ]}
        />
        <Select
          aria-label={t('channel')}
          value={channel ?? ''}
          onChange={choose('channel')}
          style={{ minWidth: 130 }}
          options={[
            { value: '', label: t('allChannels') },
            ...CHANNELS.map((value) => ({ value, label: word('channel', value) })),
          ]}
        />
      </div>
      <DeliveryList runId={runId} status={status} channel={channel} />
    </Block>
  );
}
