import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config, ConfigError, parseDuration, sameSecret, Vault } from '../platform/index.js';
import { buildGateways } from './build.js';
import type { Channel, ChatPlatform } from './contract.js';
import type { Gateway } from './gateway.js';
import { registry } from './registry.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/** The configured gateways: built and checked once, at start. */
@Injectable()
export class Gateways {
  private readonly byKey: ReadonlyMap<string, Gateway>;
  /** The secret parts of receipt addresses; where they are derived, also those of former index keys. */
  private readonly tokens: ReadonlyMap<string, readonly string[]>;

  /** Throws a ConfigError that lists every mistake of every gateway with its place. */
  constructor(
    private readonly config: Config,
    vault: Vault,
  ) {
    const { gateways: configured, synthetic, practice, dispatch } = config.settings;
    const timeoutMs = parseDuration(dispatch.timeout) ?? DEFAULT_TIMEOUT_MS;
    const { gateways, mistakes } = buildGateways(configured, { registry, synthetic, practice, timeoutMs });
    if (mistakes.length > 0) throw new ConfigError(mistakes);
    this.byKey = new Map(gateways.map((gateway) => [gateway.key, gateway]));
    const derived = vault.derived('receipts');
    const tokenOf = (key: string, secret: Buffer) => createHmac('sha256', secret).update(key).digest('base64url');
    this.tokens = new Map(
      configured.map(({ key, receiptToken }) => [
        key,
        receiptToken === undefined ? derived.map((secret) => tokenOf(key, secret)) : [receiptToken],
      ]),
    );
  }

  /** In the order of the configuration. */
  all(): Gateway[] {
    return [...this.byKey.values()];
  }

  get(key: string): Gateway | null {
    return this.byKey.get(key) ?? null;
  }

  /** Gateways of a channel (and for chats of a platform), in the order of `keys` where a campaign names some, else of the configuration. */
  serving(channel: Channel, platform?: ChatPlatform, keys?: readonly string[]): Gateway[] {
    const named = keys && keys.length > 0 ? keys.flatMap((key) => this.get(key) ?? []) : this.all();
    return named.filter(
      ({ channels, platforms }) =>
        channels.includes(channel) && (platform === undefined || platforms.includes(platform)),
    );
  }

  /** The secret part of a gateway's receipt address: configured, or derived from our own key, so that it needs no keeping. */
  receiptToken(key: string): string {
    const token = this.tokens.get(key)?.[0];
    if (token === undefined) throw new Error(`there is no gateway ${key}`);
    return token;
  }

  /** True for the token of the gateway's receipt address, also where the gateway was told it before the index key changed. */
  isReceiptToken(key: string, token: string): boolean {
    return (this.tokens.get(key) ?? []).some((known) => sameSecret(known, token));
  }

  /** Where this gateway's receipts reach us. It holds the token: it goes to the gateway and nowhere else. */
  receiptUrl(key: string): string {
    return `${this.config.publicUrl}/api/v1/receipts/${key}/${this.receiptToken(key)}`;
  }
}
