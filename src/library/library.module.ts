import { Module } from '@nestjs/common';
import { IncidentsModule } from '../incidents/index.js';
import { LibraryController } from './library.controller.js';
import { Library } from './library.service.js';
import { ScriptController } from './scripts/script.controller.js';
import { ScriptRepository } from './scripts/script.repository.js';
import { ScriptView } from './scripts/script-view.service.js';
import { Scripts } from './scripts/scripts.service.js';
import { LibrarySeed } from './seed.service.js';
import { Shelves } from './shelf.service.js';
import { Wordings } from './wordings.service.js';

@Module({
  imports: [IncidentsModule],
  controllers: [LibraryController, ScriptController],
  providers: [Library, LibrarySeed, ScriptRepository, Scripts, ScriptView, Shelves, Wordings],
  exports: [Library, LibrarySeed],
})
export class LibraryModule {}
