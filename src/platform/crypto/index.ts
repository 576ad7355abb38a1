export * from './chance.js';
export * from './vault.js';
export * from './crypto.module.js';
export * from './keys.js';
export * from './keys-fit.js';
