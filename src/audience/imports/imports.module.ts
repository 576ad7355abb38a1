import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { ImportChunks } from './import-chunks.service.js';
import { ImportRejects } from './import-rejects.service.js';
import { ImportRunner } from './import-runner.service.js';
import { ImportStore } from './import.repository.js';
import { ImportsController } from './imports.controller.js';
import { Imports } from './imports.service.js';
import { UploadsModule } from './uploads.module.js';

@Module({
  imports: [PeopleModule, UploadsModule],
  controllers: [ImportsController],
  providers: [ImportChunks, ImportRejects, ImportRunner, Imports, ImportStore],
  exports: [ImportRejects, Imports],
})
export class ImportsModule {}
