import { Module } from '@nestjs/common';
import { MulterModule } from '@nestjs/platform-express';
import { Config } from '../../platform/index.js';
import { UploadStore } from './upload.repository.js';

@Module({ providers: [UploadStore], exports: [UploadStore] })
class UploadStoreModule {}

/** Takes files from forms, sealed before they touch the disk. */
@Module({
  imports: [
    UploadStoreModule,
    MulterModule.registerAsync({
      imports: [UploadStoreModule],
      inject: [UploadStore, Config],
      useFactory: (storage: UploadStore, config: Config) => ({
        storage,
        limits: { fileSize: Math.floor(config.settings.server.uploadLimitMb * 1_048_576), files: 1, fields: 8 },
        defParamCharset: 'utf8',
      }),
    }),
  ],
  exports: [UploadStoreModule, MulterModule],
})
export class UploadsModule {}
