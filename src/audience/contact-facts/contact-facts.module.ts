import { Module } from '@nestjs/common';
import { ContactFacts } from './contact-facts.service.js';

@Module({ providers: [ContactFacts], exports: [ContactFacts] })
export class ContactFactsModule {}
