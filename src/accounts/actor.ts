import { rightsOf, type Right, type Role } from './rights.js';

/** Whose people and campaigns a query may see: a township's code, or null for the whole county. */
export interface Scope {
  readonly township: string | null;
}

export const COUNTY: Scope = { township: null };

/** Who calls. Also a ledger actor: `{id, name}`. */
export interface Actor {
  readonly id: string;
  /** The username. */
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  readonly mayReadSensitive: boolean;
  /** The scopes of the API token that was used; absent where the user signed in. */
  readonly limitedTo?: readonly Right[];
}

/** What this caller may do: the rights of the role, within the scopes of the token that was used. */
export const rightsOfActor = (actor: Actor): Right[] =>
  rightsOf(actor.role).filter((right) => actor.limitedTo === undefined || actor.limitedTo.includes(right));

export const may = (actor: Actor, right: Right): boolean => rightsOfActor(actor).includes(right);
