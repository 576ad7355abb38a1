import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Problem, sameSecret } from '../platform/index.js';
import { may } from './actor.js';
import { CredentialsReader, type SignedIn } from './credentials.service.js';
import { IN_PERSON, NEEDS, OPEN, type SignedInRequest } from './needs.decorator.js';
import type { Right } from './rights.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Stands before every route. A route that declares nothing is closed to everybody: whoever forgets `@Needs` finds out at
 * once, and not an attacker later.
 */
@Injectable()
export class RightsGuard implements CanActivate {
  private readonly log = new Logger('Rights');

  constructor(
    private readonly reflector: Reflector,
    private readonly credentials: CredentialsReader,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declared = <T>(key: string): T | undefined =>
      this.reflector.getAllAndOverride<T | undefined>(key, [context.getHandler(), context.getClass()]);
    if (declared<boolean>(OPEN)) return true;
    const needs = declared<readonly Right[]>(NEEDS);
    if (!needs) {
      this.log.error(
        `${context.getClass().name}.${context.getHandler().name} declares no right: add @Needs('...') or @Open()`,
      );
      throw forbidden('This route declares no right.');
    }
    const request = context.switchToHttp().getRequest<Request & SignedInRequest>();
    const who = await this.credentials.read(request.headers);
    if (!who) {
      throw new Problem(
        401,
        'unauthorized',
        'Sign in first: a session cookie, or Authorization: Bearer.',
        {},
        { 'WWW-Authenticate': 'Bearer' },
      );
    }
    refuseForgery(who, request);
    if (who.mustEnrol && needs.length > 0)
      throw new Problem(
        403,
        'totp_enrolment_required',
        'Your role needs a second factor: enrol first (POST /auth/totp, then /auth/totp/confirm).',
      );
    if (!needs.every((right) => may(who.actor, right)))
      throw forbidden('Your role does not have the right to do this.');
    if (declared<boolean>(IN_PERSON) && !who.session) throw forbidden('An API token cannot do this: sign in.');
    request.actor = who.actor;
    request.session = who.session;
    return true;
  }
}

/** A write that came with a cookie must carry the session's own token, which another site cannot read. */
function refuseForgery(who: SignedIn, request: Request): void {
  if (!who.byCookie || !who.session || READS.has(request.method)) return;
  const given = request.header('x-csrf-token') ?? '';
  if (!sameSecret(given, who.session.csrfToken)) {
    throw new Problem(
      403,
      'csrf_token_missing',
      'A write with the session cookie needs X-CSRF-Token (GET /auth/me tells it).',
    );
  }
}

const forbidden = (detail: string): Problem => new Problem(403, 'forbidden', detail);
