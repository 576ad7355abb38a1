/** One HTTP request as an adapter writes it. What is not in it is not sent: no cookies, no redirects followed, no compression asked for. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WireOptions {
  /** From the call of `send` until the last byte of the answer. */
  readonly timeoutMs: number;
  /** Hosts (`name` or `name:port`) that the request may go to. */
  readonly hosts: readonly string[];
  /**
   * The hosts may lie on this machine or in this house's own network; else a private address, also one that a name resolves
   * to, is not called (`privateAddress`). Behind a proxy names are the proxy's to resolve.
   */
  readonly allowPrivate?: boolean;
  /** Asked right before the first byte is written: where it says no, nothing is (`tooLate`). */
  readonly mayLeave?: () => boolean;
  /** `http://[user:pass@]host:port`. */
  readonly proxy?: string;
  /**
   * SHA-256 fingerprint of the one certificate that is accepted, instead of the usual chain of trust: for gateways that
   * supply no valid certificate. Hexadecimal, with or without colons.
   */
  readonly certificateSha256?: string;
}

export interface WireReply {
  readonly status: number;
  /** Names in lower case; repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What came of a request, as far as the network knows it:
 * - `reply`: an answer that was read whole, whatever its status;
 * - `notSent`: not one byte of the request has left (no name, no route, refused, no TLS, or given up while waiting for a connection);
 * - `noAnswer`: it may have arrived (reset, timeout, answer too long). Nobody may send it again to find out.
 *
 * `why` is a short code (`ECONNREFUSED`, `timeout`), never a text with an address or a secret in it.
 */
export type WireOutcome =
  | ({ readonly kind: 'reply' } & WireReply)
  | { readonly kind: 'notSent'; readonly why: string }
  | { readonly kind: 'noAnswer'; readonly why: string };

/** Why a request was not sent that was held up for too long. */
export const TOO_LATE = 'tooLate';

/** A mail as an adapter composes it. */
export interface WireMail {
  readonly envelope: { readonly from: string; readonly to: string };
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Asks for delivery reports where the server offers them; `id` comes back in the report (ENVID). */
  readonly dsn?: { readonly id: string; readonly notify: readonly ('success' | 'failure' | 'delay')[] };
}

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user?: string;
  readonly pass?: string;
}

/** The same three outcomes for a mail; a reply is the server's final answer to it, an SMTP code and its text. */
export type MailOutcome =
  | { readonly kind: 'reply'; readonly code: number; readonly text: string; readonly messageId?: string }
  | { readonly kind: 'notSent'; readonly why: string }
  | { readonly kind: 'noAnswer'; readonly why: string };

/** A short code of an error: system and library codes, nothing that could carry an address. */
export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z0-9_]{1,48}$/i.test(code) ? code : 'failed';
};
