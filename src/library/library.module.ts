import { Module } from '@nestjs/common';
import { IncidentsModule } from '../incidents/index.js';
import { IncidentWeightsController } from './incident-weights.controller.js';
import { LanguagesController } from './languages/languages.controller.js';
import { Sentences } from './languages/sentences.service.js';
import { LibraryController } from './library.controller.js';
import { Library } from './library.service.js';
import { OwnListController } from './own-list/own-list.controller.js';
import { OwnLists } from './own-list/own-list.service.js';
import { ScriptController } from './scripts/script.controller.js';
import { ScriptRepository } from './scripts/script.repository.js';
import { ScriptView } from './scripts/script-view.service.js';
import { Scripts } from './scripts/scripts.service.js';
import { LibrarySeed } from './seed.service.js';
import { Shelves } from './shelf.service.js';
import { Weights } from './weights/weights.service.js';
import { WeightsController } from './weights/weights.controller.js';
import { Wordings } from './wordings.service.js';

@Module({
  imports: [IncidentsModule],
  controllers: [
    LibraryController,
    OwnListController,
    ScriptController,
    WeightsController,
    LanguagesController,
    IncidentWeightsController,
  ],
  providers: [
    Library,
    LibrarySeed,
    OwnLists,
    ScriptRepository,
    Scripts,
    ScriptView,
    Sentences,
    Shelves,
    Weights,
    Wordings,
  ],
  exports: [Library, LibrarySeed, Scripts, OwnLists],
})
export class LibraryModule {}
