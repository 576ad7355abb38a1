export * from './config.js';
export * from './config.module.js';
export * from './load.js';
export * from './schema.js';
