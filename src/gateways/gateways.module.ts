import { Global, Module } from '@nestjs/common';
import { Gateways } from './gateways.service.js';

@Global()
@Module({ providers: [Gateways], exports: [Gateways] })
export class GatewaysModule {}
