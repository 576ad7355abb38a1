import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { withoutNumbers } from '../kernel/index.js';
import { Problem } from './problem.js';

const CODES: Record<number, string> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'too_large',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
};

/** express's body parser and multer mark their refusals with a status; anything else unknown is ours. */
const statusOf = (error: unknown): number => {
  if (error instanceof HttpException) return error.getStatus();
  const status =
    (error as { status?: unknown; statusCode?: unknown }).status ?? (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
};

/** What a library says of a bad request repeats what it was given: a part of the body, an address. Neither is shown again. */
const safeMessage = (error: unknown): string =>
  (error as { type?: unknown }).type === 'entity.parse.failed'
    ? 'The body is not well-formed JSON.'
    : withoutNumbers((error as Error).message);

/** Turns whatever was thrown into `application/problem+json`. An unexpected failure is logged with its place, without people's data. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const request = host.switchToHttp().getRequest<Request>();
    if (response.headersSent) {
      response.end();
      return;
    }
    const status = statusOf(error);
    if (status >= 500) {
      const what = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]?.slice(0, 200)}` : 'unknown';
      const route = (request.route as { path?: string } | undefined)?.path ?? '(no route)';
      this.log.error(
        `${request.method} ${route} failed: ${what}`,
        error instanceof Error ? error.stack?.split('\n').slice(1, 6).join('\n') : undefined,
      );
    }
    const problem = error instanceof Problem ? error : null;
    for (const [name, value] of Object.entries(problem?.headers ?? {})) response.setHeader(name, value);
    response
      .status(status)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: 'about:blank',
          status,
          code: problem?.code ?? CODES[status] ?? (status >= 500 ? 'internal' : 'bad_request'),
          detail:
            problem?.detail ??
            (status >= 500
              ? 'Something failed on our side. It is logged; nothing of this request was kept.'
              : safeMessage(error)),
          ...problem?.extra,
        }),
      );
  }
}
