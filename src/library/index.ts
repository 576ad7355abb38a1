export {
  assigner,
  byOccurrence,
  type Assigned,
  type AssignmentOptions,
  type Recipient,
} from './assignment/assignment.js';
export { assignmentMistakes, assignmentSchema, type Assignment } from './assignment/assignment.schemas.js';
export { recomputed, shelfInstant } from './assignment/recompute.js';
export type { IncidentFactor } from './assignment/weights.js';
export { libraryEntities } from './library.entity.js';
export { LibraryModule } from './library.module.js';
export { Library, whyInWords } from './library.service.js';
export { Scripts } from './scripts/scripts.service.js';
export { renderScript } from './render.js';
export { type ImportedList } from './own-list/own-list.service.js';
export { LibrarySeed } from './seed.service.js';
export { type Script, type Sentence } from './shelf.js';
export { composeSms, smsParts, type SmsLength } from './sms.js';
export type { FraudType, Trick } from './taxonomy.js';
export { compileTemplate, MissingVariable } from './template.js';
export type { WeightVersion } from './weights/matrix.js';
export { officeVariables, type OfficeVariables } from './variables.js';
