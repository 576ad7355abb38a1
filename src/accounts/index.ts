export { FieldLinks } from './field-links.service.js';
export { accountsEntities } from './accounts.entities.js';
export { AccountsModule } from './accounts.module.js';
export { Accounts, type Account } from './accounts.service.js';
export * from './actor.js';
export { Caller, Idempotent, InPerson, NEEDS, Needs, OPEN, Open } from './needs.decorator.js';
export * from './rights.js';
export type { ContactWay } from './user-details.service.js';
export type { NewUser } from './user.schemas.js';
