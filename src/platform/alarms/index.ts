export * from './alarms.js';
export * from './alarms.module.js';
