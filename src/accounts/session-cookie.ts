/** The name of the cookie that carries a session. */
export const SESSION_COOKIE = 'tidecall_session';

/** How the cookie of a session is set: no script reads it, and another site's form does not send it. */
export const cookieFor = (isSecure: boolean) =>
  ({ httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' }) as const;

/** A cookie's value in the header of a request; null where it is not there. */
export const cookieIn = (header: string, name: string): string | null => {
  const found = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
};
