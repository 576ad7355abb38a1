export * from './chance.js';
export * from './vault.js';
export * from './crypto.module.js';
