import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Actor } from './actor.js';
import type { Right } from './rights.js';
import type { Session } from './sessions.service.js';

export const NEEDS = 'tidecall:needs';
export const OPEN = 'tidecall:open';
export const IN_PERSON = 'tidecall:inPerson';
export const IDEMPOTENT = 'tidecall:idempotent';

/** The request as the guard leaves it. */
export interface SignedInRequest {
  actor?: Actor;
  /** Null where an API token was used. */
  session?: Session | null;
}

/** The route is for callers who have all of these rights; without any, for everybody who is signed in. */
export const Needs = (...rights: Right[]) => SetMetadata(NEEDS, rights);

/** The route takes no sign-in: it authenticates by itself, or has nothing to protect. */
export const Open = () => SetMetadata(OPEN, true);

/** Beside `Needs`: only for somebody who signed in, not for an API token, which could otherwise outlive or widen itself. */
export const InPerson = () => SetMetadata(IN_PERSON, true);

/** The POST honours `Idempotency-Key`: repeated with the same key and body it answers the same and does nothing again. */
export const Idempotent = () => SetMetadata(IDEMPOTENT, true);

/** The signed-in caller of a route that has `Needs`. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<SignedInRequest>();
  if (!actor) throw new Error('@Caller() on a route without @Needs()');
  return actor;
});

/** The session of the caller; null where an API token was used. */
export const CallerSession = createParamDecorator(
  (_: unknown, context: ExecutionContext): Session | null =>
    context.switchToHttp().getRequest<SignedInRequest>().session ?? null,
);
