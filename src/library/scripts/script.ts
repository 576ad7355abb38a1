import { states } from '../../platform/kernel/index.js';

/** A version's way: written, read by a second pair of eyes, on the shelf, put away. Its words never change; a change is a new version. */
export const scriptStates = states({
  initial: 'draft',
  moves: { draft: ['inReview'], inReview: ['approved', 'draft'], approved: ['retired'], retired: [] },
});
export type ScriptStatus = keyof typeof scriptStates.moves;

export const SCRIPT_STATUSES = Object.keys(scriptStates.moves) as ScriptStatus[];
