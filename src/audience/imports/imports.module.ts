import { Module } from '@nestjs/common';
import { MulterModule } from '@nestjs/platform-express';
import { Config } from '../../platform/index.js';
import { PeopleModule } from '../people/people.module.js';
import { ImportChunks } from './import-chunks.service.js';
import { ImportRunner } from './import-runner.service.js';
import { ImportStore } from './import.repository.js';
import { ImportsController } from './imports.controller.js';
import { Imports } from './imports.service.js';
import { UploadStore } from './upload.repository.js';

@Module({ providers: [UploadStore], exports: [UploadStore] })
class UploadsModule {}

@Module({
  imports: [
    PeopleModule,
    UploadsModule,
    MulterModule.registerAsync({
      imports: [UploadsModule],
      inject: [UploadStore, Config],
      useFactory: (storage: UploadStore, config: Config) => ({
        storage,
        limits: { fileSize: Math.floor(config.settings.server.uploadLimitMb * 1_048_576), files: 1, fields: 8 },
        defParamCharset: 'utf8',
      }),
    }),
  ],
  controllers: [ImportsController],
  providers: [ImportChunks, ImportRunner, Imports, ImportStore],
  exports: [Imports],
})
export class ImportsModule {}
