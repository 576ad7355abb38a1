import { Module } from '@nestjs/common';
import { IncidentsController } from './incidents.controller.js';
import { Incidents } from './incidents.service.js';

@Module({ controllers: [IncidentsController], providers: [Incidents], exports: [Incidents] })
export class IncidentsModule {}
