import type { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import nodemailer from 'nodemailer';
import { Database } from '../database/index.js';
import { codeOf, type MailOutcome, type MailServer, type WireMail } from './exchange.js';
import { WireInTransaction } from './wire.js';

type Transport = ReturnType<typeof pooledTransport>;

const CONNECTIONS_A_SERVER = 5;

/**
 * A pool to one server. It puts nothing back in line by itself (`maxRequeues: 0`): whether a mail is tried again is
 * decided where its delivery is known.
 */
const pooledTransport = (server: MailServer, timeoutMs: number, proxy: string | undefined) =>
  nodemailer.createTransport({
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.secure,
    ...(server.user === undefined ? {} : { auth: { user: server.user, pass: server.pass ?? '' } }),
    ...(proxy === undefined ? {} : { proxy }),
    maxConnections: CONNECTIONS_A_SERVER,
    maxMessages: 100,
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** The one SMTP client: pooled connections by server, the same three outcomes as the wire. */
@Injectable()
export class MailWire implements OnApplicationShutdown {
  private readonly transports = new Map<string, Transport>();
  /** The text of a mail is read only once the server has said "354, go ahead": until then nothing can have been accepted. */
  private readonly texts = new WeakMap<AbortSignal, Readable>();

  constructor(private readonly database: Database) {}

  /** Sends one mail to one recipient. Throws WireInTransaction inside a transaction, and for nothing else. */
  async send(mail: WireMail, server: MailServer, options: { timeoutMs: number; proxy?: string }): Promise<MailOutcome> {
    if (this.database.inTransaction) throw new WireInTransaction();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
    try {
      const info = await this.transport(server, options).sendMail({
        signal: deadline.signal,
        envelope: { from: mail.envelope.from, to: [mail.envelope.to] },
        to: mail.envelope.to,
        subject: mail.subject,
        text: mail.text,
        ...(mail.html === undefined ? {} : { html: mail.html }),
        ...fromHeaders(mail),
        ...(mail.dsn === undefined ? {} : { dsn: dsnOf(mail.dsn, mail.envelope.to) }),
      });
      const text = info.response ?? '';
      return { kind: 'reply', code: Number(/^\d{3}/.exec(text)?.[0] ?? 250), text, messageId: info.messageId };
    } catch (error) {
      return this.outcomeOf(error as SmtpError, deadline.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Connects and signs in, and sends nothing. Null where that is possible, else a short code of why not. */
  async verify(server: MailServer, options: { timeoutMs: number; proxy?: string | undefined }): Promise<string | null> {
    const transport = pooledTransport(server, options.timeoutMs, options.proxy);
    try {
      await transport.verify();
      return null;
    } catch (error) {
      return codeOf(error);
    } finally {
      transport.close();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    for (const transport of this.transports.values()) transport.close();
    this.transports.clear();
  }

  private outcomeOf(error: SmtpError, signal: AbortSignal): MailOutcome {
    const hasLeft = this.texts.get(signal)?.readableDidRead === true;
    const { responseCode = 0, response = '' } = error;
    // A refusal that was read counts, except after the text: there only the answer to the text itself does.
    if (responseCode >= 400 && (!hasLeft || error.code === 'EMESSAGE')) {
      return { kind: 'reply', code: responseCode, text: response };
    }
    const why = signal.aborted ? 'timeout' : codeOf(error);
    return { kind: hasLeft ? 'noAnswer' : 'notSent', why };
  }

  private transport(server: MailServer, { timeoutMs, proxy }: { timeoutMs: number; proxy?: string }): Transport {
    const name = JSON.stringify([server.host, server.port, server.secure, server.user, server.pass, timeoutMs, proxy]);
    const known = this.transports.get(name);
    if (known) return known;
    const made = pooledTransport(server, timeoutMs, proxy);
    made.use('stream', ({ data, message }, done) => {
      const read = message.createReadStream.bind(message);
      message.createReadStream = (...how: Parameters<typeof read>) => {
        const text = read(...how);
        if (data.signal) this.texts.set(data.signal, text);
        return text;
      };
      done();
    });
    this.transports.set(name, made);
    return made;
  }
}

/** `From` and `Message-ID` have fields of their own in nodemailer; the others go in as they are. */
const fromHeaders = (mail: WireMail) => {
  const {
    from,
    'message-id': messageId,
    ...others
  } = Object.fromEntries(Object.entries(mail.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { from: from ?? mail.envelope.from, ...(messageId === undefined ? {} : { messageId }), headers: others };
};

/** A report names whom the mail went to by the address given here, however often it is handed on. */
const dsnOf = ({ id, notify }: NonNullable<WireMail['dsn']>, to: string) => ({
  id,
  return: 'headers' as const,
  notify: [...notify],
  recipient: to,
});
