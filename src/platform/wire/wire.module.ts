import { Global, Module } from '@nestjs/common';
import { MailWire } from './mail-wire.js';
import { Wire } from './wire.js';

@Global()
@Module({ providers: [Wire, MailWire], exports: [Wire, MailWire] })
export class WireModule {}
