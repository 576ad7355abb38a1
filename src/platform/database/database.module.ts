import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Database } from './database.js';
import { IdBlocks } from './id-blocks.js';
import { Leases } from './leases.js';

/** Hands the opened database to every room. Opening and migrating come before Nest, so that a room can count on its tables. */
@Module({})
export class DatabaseModule {
  static of(database: Database, writer: DataSource): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: Database, useValue: database },
        { provide: DataSource, useValue: writer },
        IdBlocks,
        Leases,
      ],
      exports: [Database, DataSource, IdBlocks, Leases],
    };
  }
}
