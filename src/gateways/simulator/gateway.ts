import type { IncomingHttpHeaders } from 'node:http';

/** The gateways that the simulator speaks; these names stand in flags, faults, stats and messages. */
export const gatewayNames = ['cloud-mas', 'dingtalk', 'wecom', 'zhezhengding', 'aliyun-voice', 'http', 'smtp'] as const;
export type GatewayName = (typeof gatewayNames)[number];

/** The gateways that call back; the others answer at once and never again. */
export const callbackNames = ['cloud-mas', 'aliyun-voice', 'http'] as const;
export type CallbackName = (typeof callbackNames)[number];

/** One HTTP request as a gateway sees it: `path` without the simulator's prefix, `query` decoded. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What a gateway answers. `isAccepted` says that at least one message was taken: only then may a fault cut the answer off. */
export interface Answer {
  status: number;
  body: object | string;
  headers?: Record<string, string>;
  isAccepted?: boolean;
  isForged?: boolean;
}

/** A simulated HTTP gateway. `handle` is synchronous, so that a request is accepted wholly or not at all. */
export interface Gateway {
  readonly name: GatewayName;
  handle(asked: Asked): Answer;
  /** The gateway's own word for "too fast", used by the fault `throttleAfter`. */
  busy(): Answer;
  /** Drops counters, nonces and queues, as after a restart. */
  forget(): void;
}

/** A plain 404 in JSON, for paths that the gateway does not have. */
export const notFound = (): Answer => ({ status: 404, body: { code: 'not_found', message: 'no such path' } });
