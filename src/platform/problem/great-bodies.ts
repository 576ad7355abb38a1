import type { NextFunction, Request, Response } from 'express';

const MB = 1024 * 1024;

/**
 * Refuses a body that says that it is too long before a byte of it is read: the body parser would first wait for all of it.
 * What does not say its length is counted as it comes.
 */
export const refuseGreatBodies =
  (limits: { readonly bodyMb: number; readonly uploadMb: number }) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const isUpload = /^multipart\//i.test(request.headers['content-type'] ?? '');
    // A form's own lines come on top of its file.
    const most = isUpload ? (limits.uploadMb + 1) * MB : limits.bodyMb * MB;
    if (Number(request.headers['content-length'] ?? 0) <= most) return next();
    response
      .status(413)
      .setHeader('Connection', 'close')
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', status: 413, code: 'too_large', detail: 'The body is too long.' }));
  };
