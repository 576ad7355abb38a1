export * from './clock.js';
export * from './county-time.js';
export * from './clock.module.js';
