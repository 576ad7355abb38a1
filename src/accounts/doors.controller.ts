import { Body, Controller, Delete, Get, HttpCode, Ip, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Clock, conflict, CountyTime, notFound, Problem } from '../platform/index.js';
import type { Actor } from './actor.js';
import { tooMany } from './auth.controller.js';
import { linkBody } from './auth.schemas.js';
import { BureauSignOn, type SignOnRefusal } from './bureau-sign-on.service.js';
import { FieldLinks } from './field-links.service.js';
import { Caller, InPerson, Needs, Open } from './needs.decorator.js';
import { cookieFor, cookieIn, keepSession } from './session-cookie.js';
import { UserDetailsReader } from './user-details.service.js';

const UNDER_WAY_COOKIE = 'tidecall_sign_on';

/** The other ways in: a field worker's personal link, and the bureau's own sign-on. */
@Controller()
export class DoorsController {
  constructor(
    private readonly links: FieldLinks,
    private readonly signOn: BureauSignOn,
    private readonly details: UserDetailsReader,
    private readonly county: CountyTime,
    private readonly clock: Clock,
  ) {}

  @Post('auth/link')
  @HttpCode(200)
  @Open()
  async openLink(
    @Body({ schema: linkBody }) body: z.output<typeof linkBody>,
    @Ip() address: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const opened = await this.links.open(body.token, address);
    if (!opened.ok)
      throw opened.error === 'tooManyAttempts'
        ? tooMany(Number(opened.detail))
        : new Problem(401, 'invalid_link', 'This link is used, over or no link of ours: ask for a new one.');
    const { user, session } = opened.value;
    keepSession(session, request, response, this.clock.now());
    return {
      user: this.details.view(user),
      token: session.token,
      expiresAt: this.county.iso(session.expiresAt),
      csrfToken: session.csrfToken,
    };
  }

  /** A new link for a field worker, shown once; for who cannot be sent one. */
  @Post('users/:id/link')
  @Needs('users')
  @InPerson()
  async createLink(@Param('id') id: string, @Caller() caller: Actor, @Res({ passthrough: true }) response: Response) {
    const made = await this.links.create(id, caller);
    if (!made.ok)
      throw made.error === 'notFound'
        ? notFound()
        : conflict('no_field_worker', 'Only field workers sign in by a link; everybody else has a password.');
    response.setHeader('Cache-Control', 'no-store');
    return { id: made.value.id, url: made.value.url, expiresAt: this.county.iso(made.value.expiresAt) };
  }

  @Delete('users/:id/link')
  @HttpCode(204)
  @Needs('users')
  async revokeLink(@Param('id') id: string, @Caller() caller: Actor): Promise<void> {
    if (!(await this.links.revoke(id, caller))) throw notFound();
  }

  @Get('auth/oidc/login')
  @Open()
  async toSignOn(@Req() request: Request, @Res() response: Response): Promise<void> {
    const begun = await this.signOn.begin();
    if (!begun.ok) throw refused(begun.error);
    response.setHeader('Cache-Control', 'no-store');
    response.cookie(UNDER_WAY_COOKIE, begun.value.underWay, { ...cookieFor(request.secure), maxAge: 600_000 });
    response.redirect(303, begun.value.url);
  }

  @Get('auth/oidc/callback')
  @Open()
  async fromSignOn(@Req() request: Request, @Ip() address: string, @Res() response: Response): Promise<void> {
    const at = request.originalUrl.indexOf('?');
    const query = at < 0 ? '' : request.originalUrl.slice(at);
    const sealed = cookieIn(request.headers.cookie ?? '', UNDER_WAY_COOKIE);
    const finished = await this.signOn.finish(query, sealed, address);
    response.clearCookie(UNDER_WAY_COOKIE, cookieFor(request.secure));
    if (!finished.ok) throw refused(finished.error, finished.detail);
    keepSession(finished.value.session, request, response, this.clock.now());
    response.redirect(303, '/');
  }
}

function refused(why: SignOnRefusal, detail?: unknown): Problem {
  switch (why) {
    case 'tooManyAttempts':
      return tooMany(Number(detail));
    case 'notConfigured':
      return notFound();
    case 'notUnderWay':
      return new Problem(
        401,
        'sign_on_not_under_way',
        'Begin again: this sign-on was not begun here, or too long ago.',
      );
    case 'refused':
      return new Problem(401, 'sign_on_refused', 'The sign-on did not say who you are.');
    case 'unknownUser':
      return new Problem(403, 'unknown_user', 'Nobody here has this name: ask an administrator for an account.');
    case 'unreachable':
      return new Problem(503, 'sign_on_unreachable', 'The sign-on does not answer.');
    default:
      throw new Error(why satisfies never);
  }
}
