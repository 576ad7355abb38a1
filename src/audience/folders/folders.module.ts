import { Module } from '@nestjs/common';
import { ImportsModule } from '../imports/imports.module.js';
import { FolderDisk } from './folder-disk.service.js';
import { FolderFiles } from './folder-files.repository.js';
import { WatchedFolders } from './watched-folders.service.js';

@Module({
  imports: [ImportsModule],
  providers: [FolderDisk, FolderFiles, WatchedFolders],
  exports: [WatchedFolders, FolderDisk],
})
export class FoldersModule {}
