import type { Definition } from '../../api/types';

export type Channel = Definition['channels'][number]['channel'];
export type Step = Definition['channels'][number];
export type Cadence = Definition['cadence'];
export type CadenceKind = Cadence['kind'];

/** What the form holds: a definition that may still lack anything. Fields have the names that the API gives them. */
export type Values = Omit<Partial<Definition>, 'cadence' | 'window' | 'contactCap' | 'spread'> & {
  cadence: { kind: CadenceKind } & Record<string, unknown>;
  window?: { from?: string; to?: string }[];
  contactCap?: { max?: number | null; per?: string };
  spread?: { over?: number | null };
};

/** Everything that may be absent, so that a change can clear it. */
const OPTIONAL = [
  'description', 'groupSegmentId', 'window', 'maxLateness', 'workdaysOnly', 'onHoliday', 'specialDays', 'startsOn', 'endsOn',
  'approvalValidFor', 'contactCap', 'priority', 'onCapConflict', 'spread', 'expiresAfter', 'urgent',
] as const; // prettier-ignore

/** What a cadence of a kind starts with. */
export const cadenceOf = (kind: CadenceKind): Values['cadence'] => {
  switch (kind) {
    case 'once':
      return { kind };
    case 'daily':
      return { kind, at: '09:00' };
    case 'weekly':
      return { kind, days: [1], at: '09:00' };
    case 'monthly':
      return { kind, day: 1, at: '09:00' };
    case 'cron':
      return { kind, expression: '0 9 * * 1-5' };
    case 'event':
      return { kind, event: 'arrival', delay: 'PT10M' };
  }
};

export const NEW: Values = {
  channels: [{ channel: 'sms' }],
  assignment: { policy: 'rotate', by: 'person' },
  cadence: cadenceOf('monthly'),
  missed: 'runOnce',
};

const FIELDS = ['name', 'segmentId', 'channels', 'assignment', 'cadence', 'missed', ...OPTIONAL] as const;

/** The definition of a campaign's view, without what became of it. */
export function valuesOf(campaign: Definition): Values {
  const values = Object.fromEntries(
    FIELDS.filter((field) => campaign[field] !== undefined).map((field) => [field, campaign[field]]),
  ) as unknown as Values;
  const { window } = campaign;
  return window === undefined ? values : { ...values, window: Array.isArray(window) ? window : [window] };
}

/** An old campaign as the beginning of a new one: without its dates, which are over, and without what made it urgent. */
export function copyOf(campaign: Definition, name: string): Values {
  const values = { ...valuesOf(campaign), name };
  delete values.urgent;
  delete values.startsOn;
  delete values.endsOn;
  return { ...values, cadence: values.cadence.kind === 'once' ? cadenceOf('once') : values.cadence };
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

/** The definition that the form says, for the API; only asked of a form that has what it must have. */
export function definitionOf(values: Values): Definition {
  const { assignment, cadence, window, contactCap, spread, ...rest } = values;
  const steps = rest.channels ?? [];
  const isEvent = cadence.kind === 'event';
  const whole = {
    ...rest,
    assignment: assignment && assignmentOf(assignment),
    cadence,
    window: window?.length ? window : undefined,
    contactCap: contactCap && !(isBlank(contactCap.max) && isBlank(contactCap.per)) ? contactCap : undefined,
    spread: isBlank(spread?.over) ? undefined : spread,
    groupSegmentId: steps.some(({ channel }) => channel === 'chat') ? rest.groupSegmentId : undefined,
    workdaysOnly: isEvent || !rest.workdaysOnly ? undefined : true,
    onHoliday: isEvent ? undefined : rest.onHoliday,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => !isBlank(value))) as unknown as Definition;
}

function assignmentOf({
  policy,
  tricks,
  types,
  by,
  order,
  holdOut,
}: Definition['assignment']): Definition['assignment'] {
  return {
    policy,
    ...(tricks?.length ? { tricks } : {}),
    ...(types?.length ? { types } : {}),
    ...(policy === 'rotate' && by ? { by } : {}),
    ...(policy === 'fixed' && order ? { order } : {}),
    ...(holdOut ? { holdOut } : {}),
  };
}

/** A change of the whole: what is absent now is cleared. */
export const patchOf = (definition: Definition) => ({
  ...Object.fromEntries(OPTIONAL.map((field) => [field, null])),
  ...definition,
});

export const STEPS = ['audience', 'wording', 'when', 'limits', 'check', 'finish'] as const;
export type StepName = (typeof STEPS)[number];

const STEP_OF: Readonly<Record<string, StepName>> = {
  name: 'audience',
  description: 'audience',
  segmentId: 'audience',
  groupSegmentId: 'audience',
  channels: 'wording',
  assignment: 'wording',
  cadence: 'when',
  window: 'when',
  missed: 'when',
  maxLateness: 'when',
  workdaysOnly: 'when',
  onHoliday: 'when',
  specialDays: 'when',
  startsOn: 'when',
  endsOn: 'when',
};

/** The step on which a field stands, by the field's name in parts; the rest are limits. */
export const stepOf = (name: readonly (string | number)[]): StepName =>
  name[0] === 'channels' && name.length > 1 ? 'limits' : (STEP_OF[String(name[0])] ?? 'limits');
