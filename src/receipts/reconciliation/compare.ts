import { states } from '../../platform/kernel/index.js';

/** Where a difference stands: somebody looks, somebody says why, and it is done with. */
export const differenceStates = states({
  initial: 'open',
  moves: { open: ['explained', 'settled'], explained: ['settled', 'open'], settled: [] },
});
export type DifferenceStatus = keyof typeof differenceStates.moves;

/** What one side says of one batch; `parts` null where it does not say. */
export interface Side {
  readonly recipients: number;
  readonly parts: number | null;
}

/**
 * `notBilled`: we hold it as accepted and the gateway does not know it. `notOurs`: the gateway knows it and we do not, as after a
 * call that was left in doubt. `recipients`, `parts`: both know it and count differently.
 */
export type DifferenceKind = 'notBilled' | 'notOurs' | 'recipients' | 'parts';

export interface Difference {
  readonly ref: string;
  readonly kind: DifferenceKind;
  readonly ours: number;
  readonly theirs: number;
}

/** Every batch on which the two sides do not agree, in the order of the references. Parts are compared where both say them. */
export function compare(ours: ReadonlyMap<string, Side>, theirs: ReadonlyMap<string, Side>): Difference[] {
  const found: Difference[] = [];
  for (const ref of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [us, them] = [ours.get(ref), theirs.get(ref)];
    if (!them) found.push({ ref, kind: 'notBilled', ours: us!.recipients, theirs: 0 });
    else if (!us) found.push({ ref, kind: 'notOurs', ours: 0, theirs: them.recipients });
    else if (us.recipients !== them.recipients)
      found.push({ ref, kind: 'recipients', ours: us.recipients, theirs: them.recipients });
    else if (us.parts !== null && them.parts !== null && us.parts !== them.parts)
      found.push({ ref, kind: 'parts', ours: us.parts, theirs: them.parts });
  }
  return found;
}

export const total = (side: Iterable<Side>): Side => {
  let [recipients, parts] = [0, 0 as number | null];
  for (const one of side) {
    recipients += one.recipients;
    parts = parts === null || one.parts === null ? null : parts + one.parts;
  }
  return { recipients, parts };
};
