import { Module } from '@nestjs/common';
import { EventStore } from '../events/event.store.js';
import { PeopleController } from './people.controller.js';
import { PeopleIntake } from './people-intake.js';
import { People } from './people.service.js';
import { PersonDirectory } from './person-directory.js';
import { PersonErasure } from './person-erasure.js';
import { CountyPersonRules } from './person-rules.js';
import { PersonSealing } from './person-sealing.js';
import { PersonStore } from './person.store.js';
import { PersonUpsert } from './person-upsert.js';

@Module({
  controllers: [PeopleController],
  providers: [
    CountyPersonRules,
    EventStore,
    People,
    PeopleIntake,
    PersonDirectory,
    PersonErasure,
    PersonSealing,
    PersonStore,
    PersonUpsert,
  ],
  exports: [CountyPersonRules, EventStore, People, PeopleIntake, PersonDirectory, PersonSealing, PersonStore, PersonUpsert],
})
export class PeopleModule {}
