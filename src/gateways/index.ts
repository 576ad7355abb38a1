export * from './contract.js';
export type { Gateway, GatewayLimits } from './gateway.js';
export { hostsOf, isLoopback } from './gateway.js';
export { Contexts } from './contexts.service.js';
export { GatewayChecks, type Checked } from './gateway-checks.service.js';
export { Gateways } from './gateways.service.js';
export { GatewaysModule } from './gateways.module.js';
export { readMailReply, readPush, readReply, type Answered, type MailAnswered } from './read-reply.js';

/** This room has no tables: a gateway's state belongs to dispatch, what it pushes to receipts. */
export const gatewaysEntities = [];
