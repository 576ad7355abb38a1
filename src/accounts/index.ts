export { accountsEntities } from './accounts.entities.js';
export { AccountsModule } from './accounts.module.js';
export { Accounts, type Account } from './accounts.service.js';
export * from './actor.js';
export { Caller, Idempotent, NEEDS, Needs, OPEN, Open } from './needs.decorator.js';
export * from './rights.js';
export type { NewUser } from './user.schemas.js';
