import { useMutation } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { api } from '../../api/client';
import type { ImportView } from '../../api/types';
import { useAppTexts } from '../../app/i18n';
import { problemWords } from '../../app/problem-words';
import { grouped } from '../../shared/numbers';
import { useTexts } from './texts';

/** An import that is under way: how far it is, and a way to stop it. */
export function Reading({ job, changed }: { readonly job: ImportView; changed(): void }) {
  const t = useTexts();
  const app = useAppTexts();
  const stop = useMutation({
    mutationFn: () => api.POST('/api/v1/people/imports/{id}/cancel', { params: { path: { id: job.id } } }),
    onSettled: changed,
  });
  return (
    <div className="reading">
      <p role="status">{t('reading', { done: grouped(job.total) })}</p>
      <Progress percent={Math.round(job.progress * 100)} aria-label={t('reading', { done: grouped(job.total) })} />
      {stop.error ? (
        <p className="tone bad" role="alert">
          ✕ {problemWords(stop.error, app)}
        </p>
      ) : null}
      <Button danger loading={stop.isPending} onClick={() => stop.mutate()}>
        {t('cancel')}
      </Button>
    </div>
  );
}
