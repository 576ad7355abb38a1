/** Everything that a route can ask of its caller. Closed: a right that is not here does not compile. */
export const RIGHTS = [
  'people.read',
  'people.write',
  'people.reveal',
  'people.erase',
  'imports',
  'events',
  'segments.read',
  'segments.write',
  'groupChats.read',
  'groupChats.write',
  'optOuts',
  'optOuts.read',
  'uplinks',
  'tasks',
  'incidents',
  'library.read',
  'scripts.write',
  'scripts.approve',
  'campaigns.read',
  'campaigns.write',
  'campaigns.approve',
  'campaigns.run',
  'runs.read',
  'runs.control',
  'uncertain',
  'gateways.read',
  'gateways.stop',
  'gateways.start',
  'receiptsUnmatched',
  'reconciliation.read',
  'reconciliation',
  'reports',
  'tide',
  'alarms',
  'audit',
  'users',
  'tokens',
  'lookup',
  'why',
] as const;
export type Right = (typeof RIGHTS)[number];

export const ROLES = ['officer', 'approver', 'auditor', 'operator', 'admin', 'township', 'field'] as const;
export type Role = (typeof ROLES)[number];

/** What everybody but a field worker may look at. */
const look = ['library.read', 'campaigns.read', 'runs.read', 'gateways.read', 'reports', 'tide', 'why'] as const;
const lookAtPeople = ['people.read', 'segments.read', 'groupChats.read', 'optOuts.read'] as const;
/** What brings people in and prepares a campaign; nothing of it sends. */
const prepare = [
  'people.write',
  'people.erase',
  'imports',
  'events',
  'segments.write',
  'groupChats.write',
  'optOuts',
  'incidents',
  'scripts.write',
  'campaigns.write',
] as const;
const send = ['campaigns.run', 'runs.control'] as const;
const answer = ['people.reveal', 'lookup', 'uplinks', 'tasks'] as const;

/**
 * THE table: who may do what (docs/architecture.md, "Who may do what"). A township officer has an officer's rights inside the township, so
 * not those that concern the whole county (stopping a gateway, the county's alarms, unmatched receipts). Admin prepares and
 * manages but does not send; what an auditor has changes nothing. A field worker sees their own tasks.
 */
const table: { readonly [R in Role]: readonly Right[] } = {
  officer: [...look, ...lookAtPeople, ...prepare, ...send, ...answer, 'gateways.stop', 'alarms', 'receiptsUnmatched'],
  township: [...look, ...lookAtPeople, ...prepare, ...send, ...answer],
  approver: [
    ...look,
    ...lookAtPeople,
    'campaigns.approve',
    'scripts.approve',
    'gateways.stop',
    'gateways.start',
    'alarms',
  ],
  auditor: [...look, ...lookAtPeople, 'alarms', 'audit', 'receiptsUnmatched', 'reconciliation.read'],
  operator: [
    ...look,
    'uncertain',
    'gateways.stop',
    'gateways.start',
    'alarms',
    'receiptsUnmatched',
    'reconciliation.read',
    'reconciliation',
  ],
  admin: [...look, ...lookAtPeople, ...prepare, 'alarms', 'audit', 'users', 'tokens', 'receiptsUnmatched'],
  field: ['tasks'],
};

/** What stands between one person and a message: whoever could give these to an account of their own would be both persons of "a second person". */
const GUARDED: readonly Right[] = ['campaigns.approve', 'scripts.approve', 'gateways.start', 'users'];

const sets = new Map<Role, ReadonlySet<Right>>(ROLES.map((role) => [role, new Set(table[role])]));

/** The rights of a role, in the order of the list of rights. */
export const rightsOf = (role: Role): Right[] => RIGHTS.filter((right) => sets.get(role)?.has(right));

/** What an account holds that no administrator gives, or gives back by a new password, alone. */
export const guardedOf = ({ role, mayReadSensitive }: { role: Role; mayReadSensitive: boolean }): string[] => [
  ...GUARDED.filter((right) => sets.get(role)?.has(right)),
  ...(mayReadSensitive ? ['mayReadSensitive'] : []),
];

/** Roles whose queries may be held to one township. */
export const canHaveTownship = (role: Role): boolean => role === 'township' || role === 'field';

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);
export const isRight = (text: string): text is Right => (RIGHTS as readonly string[]).includes(text);
