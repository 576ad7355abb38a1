import { Body, Controller, Delete, Get, HttpCode, Ip, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import {
  Clock,
  Config,
  conflict,
  CountyTime,
  invalidInput,
  notFound,
  Problem,
  type Result,
} from '../platform/index.js';
import { may, rightsOfActor, type Actor } from './actor.js';
import { ApiTokens, type ApiToken } from './api-tokens.service.js';
import * as schemas from './auth.schemas.js';
import { Caller, CallerSession, InPerson, Needs, Open } from './needs.decorator.js';
import { cookieFor, keepSession, SESSION_COOKIE } from './session-cookie.js';
import type { Session } from './sessions.service.js';
import { SignIn, type SignInRefusal } from './sign-in.service.js';
import { Totp } from './totp.service.js';
import { UserDetailsReader } from './user-details.service.js';
import { UserRecords } from './user-records.service.js';

/** Signing in and out, and what concerns the caller alone. */
@Controller('auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly users: UserRecords,
    private readonly details: UserDetailsReader,
    private readonly totp: Totp,
    private readonly county: CountyTime,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Open()
  async login(
    @Body({ schema: schemas.loginBody }) body: z.output<typeof schemas.loginBody>,
    @Ip() address: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { user, session } = accepted(await this.signIn.signIn(body, address));
    keepSession(session, request, response, this.clock.now());
    return {
      user: this.details.view(user),
      token: session.token,
      expiresAt: this.county.iso(session.expiresAt),
      csrfToken: session.csrfToken,
    };
  }

  @Post('logout')
  @HttpCode(204)
  @Needs()
  @InPerson()
  async logout(
    @Body({ schema: schemas.logoutBody }) body: z.output<typeof schemas.logoutBody>,
    @Caller() caller: Actor,
    @CallerSession() session: Session,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.signIn.signOut(caller, session.id, body.everywhere);
    response.clearCookie(SESSION_COOKIE, cookieFor(request.secure));
  }

  @Get('me')
  @Needs()
  async me(@Caller() caller: Actor, @CallerSession() session: Session | null) {
    const user = await this.users.byId(caller.id);
    if (!user) throw notFound();
    return {
      user: this.details.view(user),
      rights: rightsOfActor(caller),
      csrfToken: session?.csrfToken ?? null,
      expiresAt: this.county.isoOrNull(session?.expiresAt),
      county: {
        office: this.config.office.name,
        hotline: this.config.office.hotline,
        timeZone: this.config.timeZone,
        /** The server's clock: the console counts from it, not from the browser's. */
        now: this.county.iso(this.clock.now()),
        /** Made-up people only. */
        synthetic: this.config.settings.synthetic,
        townships: this.config.settings.townships,
      },
    };
  }

  @Post('password')
  @HttpCode(204)
  @Needs()
  @InPerson()
  async password(
    @Body({ schema: schemas.passwordBody }) body: z.output<typeof schemas.passwordBody>,
    @Caller() caller: Actor,
    @CallerSession() session: Session,
    @Ip() address: string,
  ): Promise<void> {
    const user = accepted(await this.signIn.prove(caller.id, body.current, address));
    await this.signIn.changePassword(user, body.next, session.id);
  }

  @Post('totp')
  @Needs()
  @InPerson()
  async enrol(
    @Body({ schema: schemas.proofBody }) body: z.output<typeof schemas.proofBody>,
    @Caller() caller: Actor,
    @Ip() address: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    response.setHeader('Cache-Control', 'no-store');
    return this.totp.enrol(accepted(await this.signIn.prove(caller.id, body.password, address)));
  }

  @Post('totp/confirm')
  @HttpCode(204)
  @Needs()
  @InPerson()
  async confirm(
    @Body({ schema: schemas.codeBody }) body: z.output<typeof schemas.codeBody>,
    @Caller() caller: Actor,
  ): Promise<void> {
    const user = await this.users.byId(caller.id);
    if (!user) throw notFound();
    const confirmed = await this.totp.confirm(user, body.code);
    if (confirmed.ok) return;
    if (confirmed.error === 'noEnrolment') throw conflict('no_enrolment', 'Ask for a secret first (POST /auth/totp).');
    throw invalidInput([{ path: '/code', code: 'wrong_code', message: 'is not the code that the app shows now' }]);
  }
}

/** A user's keys for programs; an administrator also sees and ends those of others. */
@Controller('auth/tokens')
export class TokensController {
  constructor(
    private readonly tokens: ApiTokens,
    private readonly county: CountyTime,
  ) {}

  @Post()
  @Needs()
  @InPerson()
  async create(
    @Body({ schema: schemas.tokenBody }) body: z.output<typeof schemas.tokenBody>,
    @Caller() caller: Actor,
    @Res({ passthrough: true }) response: Response,
  ) {
    const made = await this.tokens.create(body, caller);
    if (made.ok) {
      response.setHeader('Cache-Control', 'no-store');
      return { ...this.show(made.value), token: made.value.token };
    }
    if (made.error === 'rightNotHeld') {
      throw invalidInput([
        { path: '/scopes', code: 'right_not_held', message: `not yours to give: ${String(made.detail)}` },
      ]);
    }
    const message = made.error === 'inThePast' ? 'is over already' : 'a token lives a year at most';
    throw invalidInput([
      { path: '/expiresAt', code: made.error === 'inThePast' ? 'in_the_past' : 'too_late', message },
    ]);
  }

  @Get()
  @Needs()
  async list(
    @Query({ schema: schemas.tokensQuery }) query: z.output<typeof schemas.tokensQuery>,
    @Caller() caller: Actor,
  ) {
    const userId = query.userId ?? caller.id;
    if (userId !== caller.id && !may(caller, 'tokens')) throw notFound();
    return { items: (await this.tokens.of(userId)).map((token) => this.show(token)), nextCursor: null };
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs()
  @InPerson()
  async revoke(@Param('id') id: string, @Caller() caller: Actor): Promise<void> {
    if (!(await this.tokens.revoke(id, caller))) throw notFound();
  }

  private show(token: ApiToken) {
    return {
      id: token.id,
      name: token.name,
      scopes: token.scopes,
      createdAt: this.county.iso(token.createdAt),
      expiresAt: this.county.iso(token.expiresAt),
      lastUsedAt: this.county.isoOrNull(token.lastUsedAt),
    };
  }
}

function accepted<T>(result: Result<T, SignInRefusal>): T {
  if (result.ok) return result.value;
  switch (result.error) {
    case 'tooManyAttempts':
      throw tooMany(Number(result.detail));
    case 'totpRequired':
      throw new Problem(401, 'totp_required', 'This account also asks for the six digits of its authenticator app.');
    case 'invalidCredentials':
      throw new Problem(401, 'invalid_credentials', 'The name or the password is wrong.');
    default:
      throw new Error(result.error satisfies never);
  }
}

export const tooMany = (waitMs: number): Problem => {
  const seconds = String(Math.ceil(waitMs / 1000));
  return new Problem(
    429,
    'too_many_attempts',
    `Too many attempts from here: wait ${seconds} seconds.`,
    {},
    { 'Retry-After': seconds },
  );
};
