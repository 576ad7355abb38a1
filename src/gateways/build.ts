import type { GatewayConfig } from '../platform/index.js';
import type { Adapter, Connection } from './contract.js';
import { effectiveLimits, hostsOf, isLoopback, type Gateway } from './gateway.js';

/** What the demo and a rehearsal sign with; no real person may get a message under it. */
const NOT_REAL = /示例|演示|演练/;
const PRACTICE_SIGNATURE = /演练/;

interface Deployment {
  readonly registry: ReadonlyMap<string, Adapter>;
  /** It holds made-up people only. */
  readonly synthetic: boolean;
  /** It is a rehearsal. */
  readonly practice: boolean;
  readonly timeoutMs: number;
}

/**
 * Builds the gateways of a configuration. Mistakes are collected, each with its place in the YAML, and never repeat a value:
 * a value may be a secret.
 */
export function buildGateways(
  configured: readonly GatewayConfig[],
  deployment: Deployment,
): { gateways: Gateway[]; mistakes: string[] } {
  const gateways: Gateway[] = [];
  const mistakes: string[] = [];
  configured.forEach((given, index) => {
    const built = buildGateway(given, deployment);
    if (Array.isArray(built)) mistakes.push(...built.map(({ path, why }) => `gateways[${index}]${path}: ${why}`));
    else gateways.push(built);
  });
  return { gateways, mistakes };
}

interface Mistake {
  readonly path: string;
  readonly why: string;
}

function buildGateway(given: GatewayConfig, deployment: Deployment): Gateway | Mistake[] {
  const adapter = deployment.registry.get(given.adapter);
  if (!adapter) {
    return [
      {
        path: '.adapter',
        why: `there is no adapter ${given.adapter}; there are ${[...deployment.registry.keys()].join(', ')}`,
      },
    ];
  }
  const read = adapter.settings.safeParse(given.settings);
  if (!read.success) {
    return read.error.issues.map((issue) => ({
      path: `.settings${issue.path.map(step).join('')}`,
      why: issue.message,
    }));
  }
  const settings: unknown = read.data;
  const refusals = refusalsOf(given, deployment, { adapter, settings });
  if (refusals.length > 0) return refusals;
  const variant = adapter.variant?.(settings) ?? {};
  const { timeoutMs = deployment.timeoutMs, proxy, certificateSha256, allowPrivate = false } = settings as Connection;
  return {
    key: given.key,
    adapter,
    channels: adapter.serves?.(settings) ?? adapter.channels,
    platforms: adapter.platforms ?? [],
    settings,
    limits: effectiveLimits(variant.limits ?? adapter.limits, given.limits),
    correlation: variant.correlation ?? adapter.correlation,
    signature: given.signature ?? '',
    signatureBy: adapter.signatureBy?.(settings) ?? 'client',
    costPerPart: given.costPerPart,
    countsAscii: given.countsAscii,
    isSimulator: given.simulator,
    connection: {
      timeoutMs,
      // Said to be on this machine, and refused above where it is not.
      allowPrivate: allowPrivate || given.simulator,
      ...(proxy === undefined ? {} : { proxy }),
      ...(certificateSha256 === undefined ? {} : { certificateSha256 }),
    },
    receiptSources: given.receiptSources,
  };
}

const step = (part: PropertyKey): string => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`);

/** Made-up people are handed to a simulator on this machine and to nothing else; real people never hear from the demo's office. */
function refusalsOf(
  given: GatewayConfig,
  { synthetic, practice }: Deployment,
  { adapter, settings }: { adapter: Adapter; settings: unknown },
): Mistake[] {
  if (adapter.transport === 'task') return [];
  const away = hostsOf(adapter, settings).filter((host) => !isLoopback(host));
  const { proxy, certificateSha256 } = settings as Connection;
  const refusals: Mistake[] = [];
  const refuse = (path: string, why: string) => refusals.push({ path, why });
  if (given.simulator && away.length > 0)
    refuse('.simulator', `a simulator runs on this machine, and ${away.join(', ')} does not`);
  if (given.simulator && proxy !== undefined) refuse('.settings.proxy', 'a simulator is reached without a proxy');
  if (!given.simulator && synthetic) {
    refuse('.simulator', 'this deployment is synthetic: its people can be handed to a simulator and to nothing else');
  }
  if (!given.simulator && (synthetic || away.length > 0) && NOT_REAL.test(given.signature ?? '')) {
    refuse('.signature', "the signature of a demo or a rehearsal is not for a real gateway: use the office's own");
  }
  if (practice && given.signature !== undefined && !PRACTICE_SIGNATURE.test(given.signature)) {
    refuse('.signature', "a rehearsal does not sign in the office's name: its signature says 演练");
  }
  if (proxy !== undefined && certificateSha256 !== undefined) {
    refuse('.settings.certificateSha256', 'a certificate cannot be pinned through a proxy');
  }
  return refusals;
}
