import { Global, Module } from '@nestjs/common';
import { Contexts } from './contexts.service.js';
import { GatewayChecks } from './gateway-checks.service.js';
import { Gateways } from './gateways.service.js';

@Global()
@Module({ providers: [Gateways, Contexts, GatewayChecks], exports: [Gateways, Contexts, GatewayChecks] })
export class GatewaysModule {}
