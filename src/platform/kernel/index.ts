export * from './ids.js';
export * from './instants.js';
export * from './page.js';
export * from './phone.js';
export * from './result.js';
export * from './states.js';
export * from './words.js';
export * from './wordings.js';
