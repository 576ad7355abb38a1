import { query } from '../api/client';
import { useAppTexts } from './i18n';

/** Says at the top of every page that this is a rehearsal or a demonstration, before anybody has signed in too. */
export function Banner() {
  const t = useAppTexts();
  const deployment = query.useQuery('get', '/api/v1/deployment', {}, { staleTime: Infinity });
  const kind = deployment.data?.kind ?? (deployment.isError ? 'unknown' : 'real');
  return kind === 'real' ? null : (
    <aside className={`banner ${kind}`} aria-label={t('banner.label')} data-testid="banner">
      {t(`banner.${kind}`)}
    </aside>
  );
}
