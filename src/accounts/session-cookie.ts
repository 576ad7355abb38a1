import type { Request, Response } from 'express';
import type { OpenedSession } from './sessions.service.js';

/** The name of the cookie that carries a session. */
export const SESSION_COOKIE = 'tidecall_session';

/** How our cookies are set: no script reads them, and another site's form does not send them. */
export const cookieFor = (isSecure: boolean) =>
  ({ httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' }) as const;

/** Hands an opened session to the browser, to its end at the latest; `now` in epoch ms. Nothing on the way keeps the answer. */
export function keepSession(session: OpenedSession, request: Request, response: Response, now: number): void {
  response.setHeader('Cache-Control', 'no-store');
  response.cookie(SESSION_COOKIE, session.token, {
    ...cookieFor(request.secure),
    maxAge: Math.max(0, session.expiresAt - now),
  });
}

/** A cookie's value in the header of a request; null where it is not there, or not written as a browser writes what we set. */
export const cookieIn = (header: string, name: string): string | null => {
  const found = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  if (found === undefined) return null;
  try {
    return decodeURIComponent(found.slice(name.length + 1));
  } catch {
    return null;
  }
};
