import { query } from '../api/client';
import { useLanguage } from '../app/i18n';

const AS_LONG_AS_OPEN = { staleTime: Infinity };

/** Names of the 48 tricks by their code. */
export function useTrickNames(): (code: string) => string {
  const { language } = useLanguage();
  const tricks = query.useQuery('get', '/api/v1/library/tricks', {}, AS_LONG_AS_OPEN);
  const names = new Map(tricks.data?.items.map((t) => [t.code, language === 'zh' ? t.nameZh : t.nameEn]));
  return (code) => names.get(code) ?? code;
}

/** Names of townships by their code, as the reports of the last year know them. */
export function useTownshipNames(): (code: string) => string {
  const sends = query.useQuery(
    'get',
    '/api/v1/reports/sends',
    { params: { query: { groupBy: 'township' } } },
    AS_LONG_AS_OPEN,
  );
  const names = new Map(sends.data?.rows.map((row) => [row.township ?? '', row.townshipName ?? '']));
  return (code) => names.get(code) || code;
}
