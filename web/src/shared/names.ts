import { query } from '../api/client';
import { useLanguage } from '../app/i18n';
import { useSession } from '../app/session';

const AS_LONG_AS_OPEN = { staleTime: Infinity };

/** Names of the 48 tricks by their code. */
export function useTrickNames(): (code: string) => string {
  const { language } = useLanguage();
  const tricks = query.useQuery('get', '/api/v1/library/tricks', {}, AS_LONG_AS_OPEN);
  const names = new Map(tricks.data?.items.map((t) => [t.code, language === 'zh' ? t.nameZh : t.nameEn]));
  return (code) => names.get(code) ?? code;
}

/** Names of the 12 types by their code. */
export function useTypeNames(): (code: string) => string {
  const { language } = useLanguage();
  const types = query.useQuery('get', '/api/v1/library/types', {}, AS_LONG_AS_OPEN);
  const names = new Map(types.data?.items.map((t) => [t.code, language === 'zh' ? t.nameZh : t.nameEn]));
  return (code) => names.get(code) ?? code;
}

/** Names of the county's townships by their code. */
export function useTownshipNames(): (code: string) => string {
  const { me } = useSession();
  const names = new Map(me.county.townships.map(({ code, name }) => [code, name]));
  return (code) => names.get(code) ?? code;
}
