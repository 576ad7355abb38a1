import { Module } from '@nestjs/common';
import { ConflictsController } from '../conflicts/conflicts.controller.js';
import { Conflicts } from '../conflicts/conflicts.service.js';
import { PersonJoining } from '../conflicts/person-joining.service.js';
import { ConflictStore } from '../conflicts/conflict.repository.js';
import { RevealLimit } from './reveal-limit.service.js';
import { EventStore } from '../events/event.repository.js';
import { PeopleController } from './people.controller.js';
import { PeopleIntake } from './people-intake.service.js';
import { People } from './people.service.js';
import { PersonDirectory } from './person-directory.service.js';
import { PersonErasure } from './person-erasure.service.js';
import { PersonProvenance } from './person-provenance.service.js';
import { CountyPersonRules } from './person-rules.service.js';
import { PersonSealing } from './person-sealing.service.js';
import { PersonStore } from './person.repository.js';
import { PersonUpsert } from './person-upsert.service.js';
import { SourceBook } from './source-book.service.js';
import { TagConfirmations } from './tag-confirmations.service.js';

@Module({
  // Conflicts first: GET /people/conflicts must not be taken for a person called "conflicts".
  controllers: [ConflictsController, PeopleController],
  providers: [
    Conflicts,
    PersonJoining,
    CountyPersonRules,
    ConflictStore,
    EventStore,
    People,
    PeopleIntake,
    PersonDirectory,
    PersonErasure,
    PersonProvenance,
    PersonSealing,
    PersonStore,
    PersonUpsert,
    RevealLimit,
    SourceBook,
    TagConfirmations,
  ],
  exports: [
    CountyPersonRules,
    ConflictStore,
    EventStore,
    People,
    PeopleIntake,
    PersonDirectory,
    PersonErasure,
    PersonSealing,
    PersonStore,
    PersonUpsert,
    SourceBook,
    TagConfirmations,
  ],
})
export class PeopleModule {}
