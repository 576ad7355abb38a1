import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { ArrivalWatch } from './arrival-watch.service.js';
import { EventIntake } from './event-intake.service.js';
import { EventsController } from './events.controller.js';
import { PersonEvents } from './person-events.service.js';

@Module({
  imports: [PeopleModule],
  controllers: [EventsController],
  providers: [ArrivalWatch, EventIntake, PersonEvents],
  exports: [ArrivalWatch, PersonEvents],
})
export class EventsModule {}
