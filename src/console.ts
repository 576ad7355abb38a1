import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { static as files, type NextFunction, type Request, type Response } from 'express';

const built = fileURLToPath(new URL('../web/dist/', import.meta.url));

/** Scripts are files of this origin only; style elements are the component library's own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const NOT_THE_CONSOLE = /^\/(api|assets|health|metrics)(\/|$)/;

/** Serves the built console at `/`: its hashed files for ever, its page never kept, and its page for every address of its own. */
export function serveConsole(app: NestExpressApplication): void {
  app.use('/assets', files(join(built, 'assets'), { immutable: true, maxAge: '1y', index: false }));
  app.use((request: Request, response: Response, next: NextFunction) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !NOT_THE_CONSOLE.test(request.path);
    if (!isPage) return next();
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root: built, cacheControl: false }, (error?: Error) => error && next(error));
  });
}
