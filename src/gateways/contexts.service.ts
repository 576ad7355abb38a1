import { Injectable } from '@nestjs/common';
import { Chance, Clock, type Instant } from '../platform/index.js';
import { Wire } from '../platform/wire/index.js';
import type { CallContext, Fault, HttpAdapter } from './contract.js';
import type { Gateway } from './gateway.js';
import { Gateways } from './gateways.service.js';
import { faultOf } from './read-reply.js';

type Signed = { readonly session: string; readonly until: Instant };

/** What an adapter may not fetch for itself: time, chance, its receipt address, and a session where the gateway wants one. */
@Injectable()
export class Contexts {
  private readonly sessions = new Map<string, Promise<Signed | { readonly fault: Fault }>>();

  constructor(
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly gateways: Gateways,
    private readonly wire: Wire,
  ) {}

  /** Without a session: for what needs none. */
  plain({ key }: Gateway): CallContext {
    return {
      at: this.clock.now(),
      nonce: Buffer.from(this.chance.bytes(16)).toString('hex'),
      receiptUrl: this.gateways.receiptUrl(key),
    };
  }

  /** Signed in where the gateway wants it; calls that come together share one sign-in. A fault: nothing was sent. */
  async of(gateway: Gateway): Promise<{ readonly context: CallContext } | { readonly fault: Fault }> {
    const context = this.plain(gateway);
    const { adapter, settings, key } = gateway;
    if (adapter.transport !== 'http' || !adapter.session) return { context };
    const held = this.sessions.get(key);
    const known = await held;
    if (known && 'until' in known && known.until > context.at)
      return { context: { ...context, session: known.session } };
    const request = adapter.session.request(settings, context);
    if (request === null) return { context };
    // Somebody may have begun to sign in while we waited for what was held: a second sign-in would end the session of the first.
    const begun = this.sessions.get(key);
    const signing = begun !== undefined && begun !== held ? begun : this.begin(gateway, adapter, request);
    const signed = await signing;
    return 'session' in signed ? { context: { ...context, session: signed.session } } : signed;
  }

  /** The session is good no more: the next call signs in anew. One that has been made since stays. */
  async end({ key }: Gateway, session: string | undefined): Promise<void> {
    const held = this.sessions.get(key);
    const known = await held;
    if (known && 'session' in known && known.session === session) this.forget(key, held);
  }

  private begin(
    gateway: Gateway,
    adapter: HttpAdapter<unknown>,
    request: Parameters<Wire['send']>[0],
  ): Promise<Signed | { readonly fault: Fault }> {
    const signing = this.signIn(gateway, adapter, request).then(
      (signed) => {
        if ('fault' in signed) this.forget(gateway.key, signing);
        return signed;
      },
      (error: unknown) => {
        this.forget(gateway.key, signing);
        throw error;
      },
    );
    this.sessions.set(gateway.key, signing);
    return signing;
  }

  private forget(key: string, signing: unknown): void {
    if (this.sessions.get(key) === signing) this.sessions.delete(key);
  }

  private async signIn(
    { settings, connection }: Gateway,
    adapter: HttpAdapter<unknown>,
    request: Parameters<Wire['send']>[0],
  ): Promise<Signed | { readonly fault: Fault }> {
    const answered = await this.wire.send(request, { ...connection, hosts: adapter.hosts(settings) });
    const fault = faultOf(adapter, settings, answered);
    // Nobody's message was in it, so whatever became of it, it can be tried again.
    if (fault) return { fault: fault.cause === 'uncertain' ? { ...fault, cause: 'unreachable' } : fault };
    if (answered.kind !== 'reply') throw new Error('an exchange without an answer is a fault');
    try {
      const given = adapter.session!.decode(answered, settings);
      return 'fault' in given ? given : { session: given.session, until: this.clock.now() + given.forMs };
    } catch {
      return { fault: { cause: 'unreachable', code: 'signIn', note: 'the answer to signing in cannot be read' } };
    }
  }
}
