export * from './alarms/index.js';
export * from './clock/index.js';
export * from './config/index.js';
export * from './crypto/index.js';
export * from './database/index.js';
export * from './kernel/index.js';
export * from './ledger.port.js';
export * from './problem/index.js';
