import type { VersionView } from '../../api/types';
import { useCampaignWords } from '../../shared/campaign-words';
import { DataTable } from '../../shared/DataTable';
import { Block } from '../../shared/Page';
import { useTexts } from './texts';

/** What this version changes of the one that was approved last. */
export function Changes({ review, isFirst }: { readonly review: VersionView; readonly isFirst: boolean }) {
  const t = useTexts();
  const words = useCampaignWords();
  return (
    <Block title={t('changes')}>
      {review.changes.length === 0 ? (
        <p className="quiet">{t(isFirst ? 'changesFirst' : 'changesNone')}</p>
      ) : (
        <DataTable
          label={t('changes')}
          rows={review.changes}
          keyOf={({ field }) => field}
          columns={[
            { title: t('field'), show: ({ field }) => words.field(field) },
            { title: t('before'), kind: 'wide', show: ({ field, before }) => <del>{words.value(field, before)}</del> },
            {
              title: t('after'),
              kind: 'wide',
              show: ({ field, after }) => <strong>{words.value(field, after)}</strong>,
            },
          ]}
        />
      )}
    </Block>
  );
}
