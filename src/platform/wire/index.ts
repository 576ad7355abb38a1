export type {
  MailOutcome,
  MailServer,
  WireMail,
  WireOptions,
  WireOutcome,
  WireReply,
  WireRequest,
} from './exchange.js';
export { TOO_LATE } from './exchange.js';
export { isPrivateAddress } from './private-addresses.js';
export { MailWire } from './mail-wire.js';
export { Wire } from './wire.js';
export { WireModule } from './wire.module.js';
