export * from './great-bodies.js';
export * from './input.js';
export * from './problem.js';
export * from './problem.filter.js';
