export * from './columns.js';
export * from './connect.js';
export * from './database.js';
export * from './database.module.js';
export * from './dialect.js';
export * from './id-blocks.js';
export * from './leases.js';
export * from './platform.entities.js';
