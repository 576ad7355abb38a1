import { api } from '../../api/client';
import type { ImportView } from '../../api/types';
import { DataTable } from '../../shared/DataTable';
import { useMistakeWords } from '../../shared/field-errors';
import { More, usePages } from '../../shared/pages';
import { Answer } from '../../shared/states';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

/** What was not taken: line, column and reason of each, and the rows themselves as a file to correct. */
export function Mistakes({ job }: { readonly job: ImportView }) {
  const t = useTexts();
  const wordsOf = useMistakeWords();
  const word = useWords();
  const pages = usePages(['imports', job.id, 'mistakes'], async (cursor) => {
    const { data } = await api.GET('/api/v1/people/imports/{id}/mistakes', {
      params: { path: { id: job.id }, query: cursor ? { cursor } : {} },
    });
    return data!;
  });
  return (
    <>
      <p className="quiet">{t('rejectsHint')}</p>
      <Answer of={pages.asked}>
        {(rows) => (
          <DataTable
            label={t('rejects')}
            rows={rows.flatMap(({ line, mistakes }) => mistakes.map((mistake, i) => ({ line, i, ...mistake })))}
            keyOf={(row) => `${row.line}-${row.i}`}
            columns={[
              { title: t('line'), kind: 'number', show: (row) => row.line },
              {
                title: t('column'),
                kind: 'wide',
                show: ({ field }) => {
                  const theirs = job.columns.find((column) => column.field === field)?.header;
                  const ours = word('person', field);
                  return (
                    <>
                      {ours} {theirs && theirs !== ours ? <small>{t('theirs', { name: theirs })}</small> : null}
                    </>
                  );
                },
              },
              {
                title: t('reason'),
                kind: 'wide',
                show: (row) => wordsOf(row),
              },
            ]}
          />
        )}
      </Answer>
      <More of={pages} />
      <p className="more">
        <a className="link-button" href={`/api/v1/people/imports/${job.id}/rejects`} download>
          {t('download')}
        </a>
      </p>
    </>
  );
}
