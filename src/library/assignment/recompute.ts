import { days, type Instant } from '../../platform/kernel/index.js';
import { tricksOf } from './assignment.schemas.js';
import { assigner } from './assignment.js';
import { placesOf, type Assigned, type AssignmentOptions, type Recipient } from './setting.js';
import { columnsOf, specificFirst } from './weights.js';
import { readWhy, type Why } from './why.js';

/** What a delivery keeps of its choice; everything else belongs to the run. */
export interface StoredChoice {
  readonly why: string;
  /** The recipient's key: `p12`, `g01J…`. */
  readonly recipient: string;
  readonly township: string;
}

/** When the shelf was looked at that a reason speaks of; null where it does not say. */
export function shelfInstant(why: string): Instant | null {
  const at = parseInt(readWhy(why)?.s ?? '', 36);
  return Number.isFinite(at) ? at : null;
}

/**
 * Makes the choice again from what is stored, and answers what it gives: trick, script and reason must come out the same. The
 * recipient is put together from the reason: those tricks (bits `o`) that were as good as each other for them, heard so many
 * days ago; all others only now.
 */
export function recomputed(stored: StoredChoice, options: AssignmentOptions): Assigned | null {
  const why = readWhy(stored.why);
  const shelfAt = shelfInstant(stored.why);
  if (!why) return null;
  return assigner({ ...options, ...(shelfAt === null ? {} : { shelfAt }) })(recipientOf(stored, why, options));
}

function recipientOf(stored: StoredChoice, why: Why, options: AssignmentOptions): Recipient {
  const columns = columnsOf(options.shelf.groupsOf, (options.matrix ?? options.shelf.weights).matrix);
  return {
    key: stored.recipient,
    populations: [],
    tags: [],
    township: stored.township,
    language: why.l ?? 'zh',
    columns: specificFirst(
      options.shelf.groupsOf,
      placesOf(why.G ?? '').flatMap((place) => columns[place] ?? []),
    ),
    heard: heardOf(why, options),
  };
}

function heardOf(why: Why, { assignment, run, shelf }: AssignmentOptions): Map<string, Instant> {
  const heard = new Map<string, Instant>();
  if (!('o' in why) || why.o === undefined) return heard;
  const open = new Set(placesOf(why.o));
  tricksOf(assignment, shelf.tricks).forEach((trick, i) => {
    if (!open.has(i)) heard.set(trick.code, run.occurrence + 1);
    else if (why.heard !== null) heard.set(trick.code, run.occurrence - days(why.heard));
  });
  return heard;
}
