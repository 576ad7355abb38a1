import { Global, Module } from '@nestjs/common';
import { Contexts } from './contexts.service.js';
import { Gateways } from './gateways.service.js';

@Global()
@Module({ providers: [Gateways, Contexts], exports: [Gateways, Contexts] })
export class GatewaysModule {}
