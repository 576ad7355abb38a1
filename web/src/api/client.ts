import createFetch, { type Middleware } from 'openapi-fetch';
import createHooks from 'openapi-react-query';
import { Problem, problemOf } from './problem';
import type { paths } from './schema';

let csrf = '';
let whenSignedOut: () => void = () => undefined;

/** The session's own token, which every write carries; it lives in memory only. */
export const keepCsrf = (token: string | null): void => {
  csrf = token ?? '';
};

/** Called when the server no longer knows the session. */
export const onSignedOut = (listener: () => void): void => {
  whenSignedOut = listener;
};

const OPEN = /\/auth\/(login|link|me)$/;

const manners: Middleware = {
  onRequest({ request }) {
    if (csrf) request.headers.set('x-csrf-token', csrf);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return response;
    if (response.status === 401 && !OPEN.test(new URL(request.url).pathname)) whenSignedOut();
    throw await problemOf(response);
  },
  onError({ error }) {
    throw error instanceof Problem ? error : new Problem(0, 'unreachable', 'The server cannot be reached.');
  },
};

/** The API, typed by its OpenAPI document. A refusal is thrown as a `Problem`; `data` is there otherwise. */
export const api = createFetch<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' });
api.use(manners);

/** The same as hooks: `query.useQuery('get', '/api/v1/runs/{id}', …)`. */
export const query = createHooks(api);

/** A new value for `Idempotency-Key`: see `shared/key.ts` for when a new one is due. */
export const newKey = (): string => crypto.randomUUID();

/** Opens a file of the API (an export) in the browser's own way. */
export const fileUrl = (path: keyof paths, search: Record<string, string>): string =>
  `${path}?${new URLSearchParams(search).toString()}`;
