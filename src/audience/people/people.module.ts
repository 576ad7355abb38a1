import { Module } from '@nestjs/common';
import { EventStore } from '../events/event.repository.js';
import { PeopleController } from './people.controller.js';
import { PeopleIntake } from './people-intake.service.js';
import { People } from './people.service.js';
import { PersonDirectory } from './person-directory.service.js';
import { PersonErasure } from './person-erasure.service.js';
import { CountyPersonRules } from './person-rules.service.js';
import { PersonSealing } from './person-sealing.service.js';
import { PersonStore } from './person.repository.js';
import { PersonUpsert } from './person-upsert.service.js';
import { TagConfirmations } from './tag-confirmations.service.js';

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
    TagConfirmations,
  ],
  exports: [
    CountyPersonRules,
    EventStore,
    People,
    PeopleIntake,
    PersonDirectory,
    PersonErasure,
    PersonSealing,
    PersonStore,
    PersonUpsert,
    TagConfirmations,
  ],
})
export class PeopleModule {}
