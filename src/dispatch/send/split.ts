/** What a gateway takes in one call, and how much may be open at once. */
export interface CallLimits {
  readonly sameContent: number;
  readonly ownContent: number;
}

interface Message {
  readonly text: string;
  readonly title?: string;
}

const same = (a: Message, b: Message): boolean => a.text === b.text && a.title === b.title;

/**
 * Divides the messages of a batch, which come ordered by content, into calls: the same content in one call up to the
 * gateway's limit; where the gateway takes a content a recipient and contents differ, those together; else one each.
 */
export function splitIntoCalls<M extends Message>(messages: readonly M[], limits: CallLimits): M[][] {
  const calls: M[][] = [];
  let open: M[] = [];
  let mixed = false;
  for (const message of messages) {
    const last = open.at(-1);
    const differs = last !== undefined && !same(last, message);
    const room = mixed || differs ? limits.ownContent : limits.sameContent;
    const fits = last !== undefined && open.length < room && (!(mixed || differs) || limits.ownContent > 1);
    if (fits) {
      open.push(message);
      mixed ||= differs;
      continue;
    }
    if (open.length > 0) calls.push(open);
    open = [message];
    mixed = false;
  }
  if (open.length > 0) calls.push(open);
  return calls;
}

/** The first call cut to `atMost` recipients, its rest put behind it; as it is where it fits or nothing may leave. */
export function cutFirst<M>(calls: readonly M[][], atMost: number): M[][] {
  const [first, ...others] = calls;
  if (!first || atMost < 1 || first.length <= atMost) return [...calls];
  return [first.slice(0, atMost), first.slice(atMost), ...others];
}

/** The calls that may be opened together: at most `concurrent` of them and at most `maxRecipients` people, but always one. */
export function takeWindow<M>(calls: readonly M[][], concurrent: number, maxRecipients: number): M[][] {
  const window: M[][] = [];
  let recipients = 0;
  for (const call of calls) {
    if (window.length > 0 && (window.length >= concurrent || recipients + call.length > maxRecipients)) break;
    window.push(call);
    recipients += call.length;
  }
  return window;
}

const CLAIMED_AHEAD_SECONDS = 10;

/**
 * How many recipients a claim is worth: what the gateway takes in the next ten seconds. Where it is slow, the rest of a batch
 * would else be read, checked and reserved again at every claim.
 */
export function worthClaiming(
  limits: CallLimits & { readonly perSecond?: number | undefined; readonly perMinute?: number | undefined },
): number {
  const calls = Math.min(
    (limits.perSecond ?? Infinity) * CLAIMED_AHEAD_SECONDS,
    ((limits.perMinute ?? Infinity) * CLAIMED_AHEAD_SECONDS) / 60,
  );
  return Math.max(1, Math.floor(calls)) * Math.max(limits.sameContent, limits.ownContent);
}
