import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';
import { api, keepCsrf, onSignedOut, query } from '../api/client';
import { Problem } from '../api/problem';
import type { Me, Right } from '../api/types';

export interface Session {
  readonly me: Me;
  /** Whether the caller has all of these rights. */
  may(...rights: Right[]): boolean;
  /** True while the server has forgotten the session: the page stays, a sign-in stands over it. */
  readonly isOver: boolean;
  signedIn(): Promise<void>;
  signOut(): Promise<void>;
}

const Context = createContext<Session | null>(null);

/** Who is signed in. Only below `SessionProvider`'s children, so always somebody. */
export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error('useSession stands outside of a session');
  return session;
}

interface Props {
  readonly children: ReactNode;
  /** What stands there while nobody is signed in. */
  signIn(done: () => Promise<void>): ReactNode;
  readonly waiting: ReactNode;
  failed(error: Problem, again: () => void): ReactNode;
}

export function SessionProvider({ children, signIn, waiting, failed }: Props) {
  const client = useQueryClient();
  const [isOver, setOver] = useState(false);
  const asked = query.useQuery('get', '/api/v1/auth/me', {}, { retry: false, staleTime: 5 * 60_000 });
  const me = asked.data;

  // Before any page asks: what is shown at once may ask by POST.
  useLayoutEffect(() => keepCsrf(me?.csrfToken ?? null), [me]);
  useEffect(() => onSignedOut(() => setOver(true)), []);

  const session = useMemo<Session | null>(() => {
    if (!me) return null;
    const rights = new Set<Right>(me.rights);
    return {
      me,
      may: (...needed) => needed.every((right) => rights.has(right)),
      isOver,
      signedIn: async () => {
        const { data: now } = await api.GET('/api/v1/auth/me');
        keepCsrf(now?.csrfToken ?? null);
        // Somebody else at the same screen must not find what the first one was doing.
        if (now?.user.id !== me.user.id) return window.location.reload();
        setOver(false);
        await client.invalidateQueries();
      },
      signOut: async () => {
        await api.POST('/api/v1/auth/logout', { body: { everywhere: false } }).catch(() => undefined);
        keepCsrf(null);
        window.sessionStorage.clear();
        window.location.assign('/');
      },
    };
  }, [me, isOver, client]);

  if (session) return <Context value={session}>{children}</Context>;
  if (asked.isPending) return waiting;
  const error = asked.error as unknown;
  if (error instanceof Problem && error.status === 401) return signIn(async () => void (await asked.refetch()));
  return failed(error as Problem, () => void asked.refetch());
}
