import { api, keepCsrf } from '../api/client';
import { Problem } from '../api/problem';

/** `over`: used, too old or no link of ours. */
export type Opening =
  { readonly is: 'open' } | { readonly is: 'over' } | { readonly is: 'failed'; readonly error: Problem };

const inAddress = /^#\/field\/([\w-]+)$/.exec(window.location.hash)?.[1] ?? null;
let opening: Promise<Opening> | null = null;

/** Whether somebody came by a personal link. */
export const hasFieldLink = inAddress !== null;

/** Gives the link of the address to the server, once however often it is asked: a link opens one session, once. */
export const openFieldLink = (): Promise<Opening> => (opening ??= open(inAddress ?? ''));

/** Another try, after the server could not be reached or was busy. */
export const openFieldLinkAgain = (): Promise<Opening> => (opening = open(inAddress ?? ''));

async function open(token: string): Promise<Opening> {
  try {
    const { data } = await api.POST('/api/v1/auth/link', { body: { token } });
    keepCsrf(data?.csrfToken ?? null);
    return opened();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code !== 'invalid_link' && error.status !== 422) return { is: 'failed', error };
    return (await isFieldWorkerHere()) ? opened() : { is: 'over' };
  }
}

/** The secret leaves the address, so that it is neither shared nor kept with it. */
function opened(): Opening {
  window.history.replaceState(null, '', '/tasks');
  return { is: 'open' };
}

/** Who taps the same link again on the same phone is still signed in by it. */
const isFieldWorkerHere = (): Promise<boolean> =>
  api.GET('/api/v1/auth/me').then(
    ({ data }) => data?.user.role === 'field',
    () => false,
  );
