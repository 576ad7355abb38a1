import { query } from '../api/client';
import { useLanguage } from '../app/i18n';
import { useSession } from '../app/session';

const AS_LONG_AS_OPEN = { staleTime: Infinity };

/** The name of a trick, a type or a group at risk, in the reader's language. */
export function useLibraryName(): (one: { readonly nameZh: string; readonly nameEn: string }) => string {
  const { language } = useLanguage();
  return ({ nameZh, nameEn }) => (language === 'zh' ? nameZh : nameEn);
}

/** Names of the 48 tricks by their code. */
export function useTrickNames(): (code: string) => string {
  const named = useLibraryName();
  const tricks = query.useQuery('get', '/api/v1/library/tricks', {}, AS_LONG_AS_OPEN);
  const names = new Map(tricks.data?.items.map((t) => [t.code, named(t)]));
  return (code) => names.get(code) ?? code;
}

/** Names of the 12 types by their code. */
export function useTypeNames(): (code: string) => string {
  const named = useLibraryName();
  const types = query.useQuery('get', '/api/v1/library/types', {}, AS_LONG_AS_OPEN);
  const names = new Map(types.data?.items.map((t) => [t.code, named(t)]));
  return (code) => names.get(code) ?? code;
}

/** Names of the county's townships by their code. */
export function useTownshipNames(): (code: string) => string {
  const { me } = useSession();
  const names = new Map(me.county.townships.map(({ code, name }) => [code, name]));
  return (code) => names.get(code) ?? code;
}

/** The townships that somebody may work on: all of the county, or their own. */
export function useOwnTownships() {
  const { me } = useSession();
  const own = me.user.township;
  return me.county.townships.filter(({ code }) => own === null || code === own);
}

/** Township and community of somebody; empty where neither is known. */
export const placeOf = (of: { readonly townshipName: string | null; readonly community: string | null }): string =>
  [of.townshipName, of.community].filter(Boolean).join(' ');
