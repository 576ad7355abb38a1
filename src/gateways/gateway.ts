import type { GatewayConfig } from '../platform/index.js';
import type { Adapter, AdapterLimits, Channel, ChatPlatform, Connection, Correlation } from './contract.js';

/** What a gateway may carry: the stricter of what the adapter knows and what the deployment says. */
export interface GatewayLimits extends AdapterLimits {
  readonly perDay?: number;
  /** Recipients that may be in doubt after a kill. */
  readonly maxOpenRecipients?: number;
}

/** A configured instance of an adapter. */
export interface Gateway {
  readonly key: string;
  readonly adapter: Adapter;
  readonly channels: readonly Channel[];
  /** Chat platforms that it can post to; empty for other channels. */
  readonly platforms: readonly ChatPlatform[];
  /** Validated by the adapter's schema; only the adapter's functions look into it. */
  readonly settings: unknown;
  readonly limits: GatewayLimits;
  /** Whose reference its receipts carry. */
  readonly correlation: Correlation;
  /** With its brackets; empty where the gateway has none. */
  readonly signature: string;
  readonly signatureBy: 'platform' | 'client';
  /** In the currency of the reports, per SMS part or call. */
  readonly costPerPart: number;
  /** True where this gateway bills a text of ASCII alone by 160/153 characters; Chinese platforms as a rule do not. */
  readonly countsAscii: boolean;
  readonly isSimulator: boolean;
  /** How its requests travel; `timeoutMs` has the deployment's default filled in. */
  readonly connection: Connection & { readonly timeoutMs: number; readonly allowPrivate: boolean };
  /** Source addresses from which receipts without a token are taken. */
  readonly receiptSources: readonly string[];
}

const stricter = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : other === undefined ? one : Math.min(one, other);

const entry = <K extends string>(name: K, value: number | undefined): { readonly [P in K]?: number } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: number };

export function effectiveLimits(of: AdapterLimits, configured: GatewayConfig['limits']): GatewayLimits {
  return {
    sameContent: Math.min(of.sameContent, configured.perBatch ?? of.sameContent),
    ownContent: Math.min(of.ownContent, configured.perBatch ?? of.ownContent),
    ...entry('perSecond', stricter(of.perSecond, configured.perSecond)),
    ...entry('perMinute', stricter(of.perMinute, configured.perMinute)),
    ...entry('concurrent', stricter(of.concurrent, configured.concurrent)),
    ...(of.perAddress ? { perAddress: of.perAddress } : {}),
    ...entry('perDay', configured.perDay),
    ...entry('maxOpenRecipients', configured.maxOpenRecipients),
  };
}

/** The hosts that a gateway's messages go to; none for tasks, which stay in the house. */
export function hostsOf(adapter: Adapter, settings: unknown): readonly string[] {
  switch (adapter.transport) {
    case 'http':
      return adapter.hosts(settings);
    case 'smtp':
      return [adapter.server(settings).host];
    case 'task':
      return [];
    default:
      return adapter satisfies never;
  }
}

/** True for this machine alone: by number, or by the one name that means it everywhere. */
export const isLoopback = (host: string): boolean => {
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return name === 'localhost' || name === '::1' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
};
