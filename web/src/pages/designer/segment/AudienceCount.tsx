import { useQuery } from '@tanstack/react-query';
import { Spin } from 'antd';
import { api } from '../../../api/client';
import { Problem } from '../../../api/problem';
import type { SegmentPreview } from '../../../api/types';
import { useAppTexts } from '../../../app/i18n';
import { problemWords } from '../../../app/problem-words';
import { DataTable } from '../../../shared/DataTable';
import { grouped } from '../../../shared/numbers';
import { useTownshipNames } from '../../../shared/names';
import { Recipient } from '../../../shared/Recipient';
import type { Subject } from '../../../shared/rule-fields';
import { useSettled } from '../../../shared/settled';
import { useTexts } from '../texts';
import type { WireRule } from './rule';

const PAUSE_MS = 500;

/** How many a rule selects now; asked again whenever the rule has settled. */
export function useAudience(of: Subject, rule: WireRule | null) {
  // A rule is what it says, not which object says it.
  const settled = useSettled(JSON.stringify(rule), PAUSE_MS);
  return useQuery({
    queryKey: ['segments', 'preview', of, settled],
    enabled: settled !== 'null',
    retry: false,
    staleTime: 30_000,
    queryFn: async () => {
      const body = { of, rule: JSON.parse(settled) as WireRule };
      return (await api.POST('/api/v1/segments/preview', { body })).data!;
    },
  });
}

interface Props {
  readonly of: Subject;
  readonly audience: ReturnType<typeof useAudience>;
  /** Null while a condition is still empty. */
  readonly rule: WireRule | null;
}

/** The live count, where they live, and some of them, masked. */
export function AudienceCount({ of, audience, rule }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const { data, error, isFetching } = audience;
  if (rule === null) return <p className="quiet">{t('count.unfilled')}</p>;
  if (error && !isFetching) {
    const isRule = error instanceof Problem && error.status === 422;
    return <p className="mistake">{isRule ? t('count.refused') : problemWords(error, app)}</p>;
  }
  return (
    <>
      <p role="status" aria-live="polite">
        <span className="big-number" data-testid="audience">
          {data ? (data.countText.startsWith('<') ? data.countText : grouped(data.count)) : '…'}
        </span>{' '}
        {t(of === 'people' ? 'count.people' : 'count.chats')} {isFetching ? <Spin size="small" /> : null}
      </p>
      {data && data.countText.startsWith('<') ? (
        <p className="quiet">{t('count.below', { floor: data.countText.slice(1) })}</p>
      ) : null}
      {data ? <Where preview={data} /> : null}
      {data ? <Some of={of} preview={data} /> : null}
    </>
  );
}

function Where({ preview: { byTownship } }: { readonly preview: SegmentPreview }) {
  const t = useTexts();
  const name = useTownshipNames();
  const most = Math.max(1, ...byTownship.map(({ count }) => count));
  if (byTownship.length === 0) return null;
  return (
    <table className="bars" aria-label={t('count.byTownship')}>
      <tbody>
        {byTownship.map(({ township, count, countText }) => (
          <tr key={township}>
            <th scope="row">{township ? name(township) : t('count.noTownship')}</th>
            <td className="bar" aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </td>
            <td className="number">{countText}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Some({ of, preview }: { readonly of: Subject; readonly preview: SegmentPreview }) {
  const t = useTexts();
  const township = useTownshipNames();
  if (preview.sample.length === 0) return preview.count > 0 ? <p className="quiet">{t('count.noSample')}</p> : null;
  return (
    <details>
      <summary>{t('count.sample', { n: preview.sample.length })}</summary>
      <DataTable
        label={t('count.sample', { n: preview.sample.length })}
        rows={preview.sample}
        keyOf={(one) => one.id}
        columns={[
          {
            title: t(of === 'people' ? 'count.person' : 'count.chat'),
            show: (one) => <Recipient of={'phone' in one ? one : { name: one.name }} />,
          },
          { title: t('count.township'), show: (one) => (one.township ? township(one.township) : '–') },
        ]}
      />
    </details>
  );
}
