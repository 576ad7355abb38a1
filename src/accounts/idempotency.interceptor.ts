import {
  HttpException,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { conflict, Problem } from '../platform/index.js';
import { Idempotency, type Claim, type KeyedCall } from './idempotency.service.js';
import { IDEMPOTENT, type SignedInRequest } from './needs.decorator.js';

/** Serves `@Idempotent()` routes: with an `Idempotency-Key`, the first call works and every repetition gets its answer. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: Idempotency,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (!this.reflector.get<boolean | undefined>(IDEMPOTENT, context.getHandler())) return next.handle();
    const request = context.switchToHttp().getRequest<Request & SignedInRequest>();
    const call = keyedCall(request);
    if (!call) return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    const claim = await this.idempotency.claim(call);
    if (claim.kind === 'first') return of(await this.first(call, next, response));
    if (claim.kind !== 'repeat') throw refusals[claim.kind]();
    response.status(claim.status).setHeader('Idempotency-Replayed', 'true');
    return of(claim.body);
  }

  private async first(call: KeyedCall, next: CallHandler, response: Response): Promise<unknown> {
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      if (error instanceof HttpException && error.getStatus() < 500) await this.idempotency.refused(call);
      else await this.idempotency.failed(call);
      throw error;
    }
    await this.idempotency.answered(call, response.statusCode, body);
    return body;
  }
}

function keyedCall(request: Request & SignedInRequest): KeyedCall | null {
  const key = request.header('idempotency-key');
  if (key === undefined || !request.actor) return null;
  if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
    throw new Problem(422, 'invalid_idempotency_key', 'Idempotency-Key: 1 to 128 visible ASCII characters.');
  }
  const path = request.originalUrl.split('?')[0] ?? '';
  return {
    userId: request.actor.id,
    key,
    route: `${request.method} ${path}`,
    body: JSON.stringify(request.body ?? null),
  };
}

const refusals: Record<Exclude<Claim['kind'], 'first' | 'repeat'>, () => Problem> = {
  reused: () =>
    new Problem(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another call or another body.'),
  inProgress: () => conflict('in_progress', 'The first call with this Idempotency-Key has not answered yet.'),
  outcomeUnknown: () =>
    conflict(
      'outcome_unknown',
      'The first call with this Idempotency-Key did not end: look whether it took effect before you use a new key.',
    ),
};
