/** What a segment selects. */
export type Subject = 'people' | 'groupChats';
export type Kind = 'set' | 'code' | 'text' | 'number' | 'count' | 'date' | 'flag';

/** The fields of a rule and how each is asked; the server's table is `src/audience/segments/rule.ts`. */
export const FIELDS = {
  people: {
    population: 'set',
    township: 'code',
    community: 'text',
    tag: 'set',
    age: 'number',
    gender: 'code',
    onIsland: 'flag',
    registeredAt: 'date',
    arrivedAt: 'date',
    departsAt: 'date',
    reachedByTrick: 'set',
    reachedByType: 'set',
    tricksReached: 'count',
    lastContactedAt: 'date',
    lastReachedAt: 'date',
    lastAttendedAt: 'date',
    school: 'text',
    language: 'text',
    optedOut: 'flag',
    externalId: 'text',
  },
  groupChats: { platform: 'code', township: 'code', population: 'code', headCount: 'count', name: 'text' },
} as const satisfies Record<Subject, Record<string, Kind>>;

const equality = ['=', '!=', 'in', 'notIn'] as const;
const presence = ['null', 'notNull'] as const;
const order = ['<', '<=', '>', '>=', 'between'] as const;

export const OPERATORS = {
  set: [...equality, ...presence],
  code: [...equality, ...presence],
  text: [...equality, ...presence, 'contains', 'beginsWith'],
  number: [...equality, ...presence, ...order],
  count: [...equality, ...order],
  date: ['=', '!=', ...order, ...presence, 'withinLast', 'notWithinLast', 'olderThan'],
  flag: ['=', '!='],
} as const satisfies Record<Kind, readonly string[]>;

/** Of a field that this console does not know, as a text is asked. */
export const kindOf = (field: string, subject: Subject): Kind =>
  (FIELDS[subject] as Readonly<Record<string, Kind>>)[field] ?? 'text';
