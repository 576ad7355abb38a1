import type { VersionInFull } from '../../api/types';
import { useCampaignWords } from '../../shared/campaign-words';
import { DataTable } from '../../shared/DataTable';
import { useTrickNames } from '../../shared/names';
import { Block } from '../../shared/Page';
import type { Subject } from '../../shared/rule-fields';
import { useRuleWords } from '../../shared/rule-words';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

interface Row {
  readonly key: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What this version changes of the one that was approved last: its fields, whom it selects, what people read. */
export function Changes({ review, isFirst }: { readonly review: VersionInFull; readonly isFirst: boolean }) {
  const t = useTexts();
  const words = useCampaignWords();
  const segments = useSegmentRows(review);
  const rows: Row[] = [
    ...review.changes
      .filter(({ field }) => !segments.some(({ key }) => key === field))
      .map(({ field, before, after }) => ({
        key: field,
        what: words.field(field),
        before: words.value(field, before),
        after: words.value(field, after),
      })),
    ...segments,
  ];
  const isSame = rows.length + review.wordings.length === 0;
  return (
    <Block title={t('changes')}>
      {isSame ? <p className="quiet">{t(isFirst ? 'changesFirst' : 'changesNone')}</p> : null}
      {rows.length > 0 ? (
        <DataTable
          label={t('changes')}
          rows={rows}
          keyOf={({ key }) => key}
          columns={[
            { title: t('field'), show: ({ what }) => what },
            { title: t('before'), kind: 'wide', show: ({ before }) => <del>{before}</del> },
            { title: t('after'), kind: 'wide', show: ({ after }) => <strong>{after}</strong> },
          ]}
        />
      ) : null}
      {review.wordings.length > 0 ? <Wordings wordings={review.wordings} /> : null}
    </Block>
  );
}

/** A segment that was exchanged, or whose rule was changed under the same name. */
function useSegmentRows({ segments }: VersionInFull): Row[] {
  const t = useTexts();
  const words = useCampaignWords();
  const rule = useRuleWords();
  const said = (mark: VersionInFull['segments'][number]['before'], of: Subject): string => {
    if (mark === null) return t('noSegment');
    const version = t('version', { version: mark.version });
    return `${mark.name}（${version}）：${mark.rule === null ? t('ruleHidden') : rule(mark.rule, of)}`;
  };
  return segments.map(({ field, before, after }) => {
    const of = field === 'groupSegmentId' ? 'groupChats' : 'people';
    return {
      key: field,
      what: before !== null && before.id === after?.id ? t('ruleChanged', { name: after.name }) : words.field(field),
      before: said(before, of),
      after: said(after, of),
    };
  });
}

const SHOWN_OPEN = 6;

/** The wordings behind it, trick by trick: what people would have read, and what they will. */
function Wordings({ wordings }: Pick<VersionInFull, 'wordings'>) {
  const t = useTexts();
  const word = useWords();
  const trick = useTrickNames();
  return (
    <details open={wordings.length <= SHOWN_OPEN}>
      <summary>
        <strong>{t('wordings')}</strong> <small>{wordings.length}</small>
      </summary>
      <DataTable
        label={t('wordings')}
        rows={wordings}
        keyOf={({ channel, trick: code, audience, language }) => `${channel} ${code} ${audience ?? ''} ${language}`}
        columns={[
          {
            title: t('trick'),
            show: (one) =>
              [
                word('channel', one.channel),
                trick(one.trick),
                one.audience ? t('ownGroup') : '',
                one.language === 'zh' ? '' : one.language,
              ]
                .filter(Boolean)
                .join(' · '),
          },
          { title: t('before'), kind: 'wide', show: ({ before }) => <Texts of={before} isGone /> },
          { title: t('after'), kind: 'wide', show: ({ after }) => <Texts of={after} /> },
        ]}
      />
    </details>
  );
}

function Texts({
  of,
  isGone = false,
}: {
  readonly of: VersionInFull['wordings'][number]['before'];
  readonly isGone?: boolean;
}) {
  const t = useTexts();
  if (of.length === 0) return <span className="quiet">{t('noWording')}</span>;
  return (
    <>
      {of.map(({ title, body }) => (
        <p key={`${title ?? ''} ${body}`} lang="zh-CN">
          {title ? <strong>{title} </strong> : null}
          {isGone ? <del>{body}</del> : body}
        </p>
      ))}
    </>
  );
}
