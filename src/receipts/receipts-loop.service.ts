import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { OptOuts } from '../audience/index.js';
import { callOfRequest, Settlement, Tasks, type MatchedReceipt } from '../dispatch/index.js';
import { Gateways } from '../gateways/index.js';
import { Clock, Database, hours, marks, minutes } from '../platform/index.js';
import { Lane } from '../platform/lane.js';
import { RuntimeRoles } from '../platform/roles.js';
import { KEY_CALL_ME, KEY_NO_MORE, Matcher, type Candidate, type Stored } from './received.js';

const AT_ONCE = 1000;
/** How far the clocks of two of our processes may differ: one opens the call, another takes the receipt. */
const CLOCKS_DIFFER = minutes(1);
/** How long after its receipt a call may still be answered: the longest time that a gateway may think, amply. */
const LATE_ANSWER_WITHIN = hours(1);
const RECONSIDER_EVERY = minutes(1);
/** How far a receipt without a known reference may lie from the call that it is believed to tell of. */
const DOUBT_WITHIN = hours(72);
/** Between two rounds, also while receipts come in: settled a few at a time, each would cost as much as a hundred together. */
const GATHERED_MS = 300;

/** Matches what was received with its deliveries and has it settled, each once. */
@Injectable()
export class ReceiptsLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private lane: Lane | null = null;
  private reconsiderAt = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly roles: RuntimeRoles,
    private readonly gateways: Gateways,
    private readonly settlement: Settlement,
    private readonly optOuts: OptOuts,
    private readonly tasks: Tasks,
  ) {}

  onApplicationBootstrap(): void {
    if (this.roles.worker) this.start();
  }

  start(): void {
    this.lane = new Lane('receipts', GATHERED_MS, async () => {
      await this.drain();
      return false;
    }).start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lane?.stop();
  }

  /** Works through everything that is stored; true where something was settled. */
  async drain(): Promise<boolean> {
    await this.reconsider();
    let after = 0;
    let worked = false;
    for (;;) {
      const batch = await this.database.query<Stored>(
        `SELECT id, gateway, ref, addressKey, deliveryRef, outcome, code, seconds, keyPressed, at, receivedAt, detail FROM receipts WHERE status = 'stored' AND id > ? ORDER BY id LIMIT ${AT_ONCE}`,
        [after],
      );
      if (batch.length === 0) return worked;
      worked = (await this.settle(batch)) || worked;
      if (batch.length < AT_ONCE) return worked;
      after = batch.at(-1)!.id;
    }
  }

  private async settle(read: readonly Stored[]): Promise<boolean> {
    return this.database.transaction(async () => {
      const batch = await this.unsettled(read);
      const matcher = await this.matcher(batch);
      const openSince = await this.openSince();
      const matched: { receipt: Stored; delivery: Candidate }[] = [];
      const lost: number[] = [];
      for (const receipt of batch) {
        const found = matcher.find(receipt);
        if (!found && !matcher.knows(receipt) && this.mayWait(receipt, openSince)) continue;
        const delivery = found ?? (await this.onlyCandidate(receipt, matcher));
        if (delivery) matched.push({ receipt, delivery });
        else lost.push(receipt.id);
      }
      const later = await this.settlement.receipts(matched.map(({ receipt, delivery }) => told(receipt, delivery)));
      const applied = matched.filter(({ delivery }) => !later.has(delivery.id));
      for (const { receipt, delivery } of applied)
        if (receipt.keyPressed !== null) await this.obeyKey(receipt.id, receipt.keyPressed, delivery);
      await this.mark(
        applied.map(({ receipt }) => receipt.id),
        'applied',
      );
      await this.mark(lost, 'unmatched');
      return applied.length + lost.length > 0;
    });
  }

  /** Another worker may have settled some since they were read; a key that was pressed would open a second task. */
  private async unsettled(read: readonly Stored[]): Promise<Stored[]> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM receipts WHERE status = 'stored' AND id IN (${marks(read.length)}) ORDER BY id${this.database.forUpdate}`,
      read.map((r) => r.id),
    );
    const open = new Set(rows.map((r) => r.id));
    return read.filter((r) => open.has(r.id));
  }

  private async mark(ids: readonly number[], status: 'applied' | 'unmatched'): Promise<void> {
    if (ids.length === 0) return;
    await this.database.execute(`UPDATE receipts SET status = ? WHERE id IN (${marks(ids.length)})`, [status, ...ids]);
  }

  /** By gateway: since when its oldest open call is open. */
  private async openSince(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.query<{ gateway: string; openedAt: number }>(
      "SELECT gateway, MIN(openedAt) AS openedAt FROM calls WHERE status = 'calling' GROUP BY gateway",
    );
    return new Map(rows.map((row) => [row.gateway, Number(row.openedAt)]));
  }

  /**
   * An unknown reference is waited for as long as a call is open that may answer with it: a gateway may take minutes to answer,
   * and send the receipt meanwhile. A call is written down before it leaves, so none is overlooked.
   */
  private mayWait(receipt: Stored, openSince: ReadonlyMap<string, number>): boolean {
    const opened = openSince.get(receipt.gateway);
    return opened !== undefined && opened <= receipt.receivedAt + CLOCKS_DIFFER;
  }

  /** A call that had been given up was answered after all: what came for its reference meanwhile is looked at again. */
  private async reconsider(): Promise<void> {
    const now = this.clock.now();
    if (now < this.reconsiderAt) return;
    this.reconsiderAt = now + RECONSIDER_EVERY;
    const rows = await this.database.query<{ id: number }>(
      `SELECT r.id FROM receipts r JOIN calls c ON c.gateway = r.gateway AND c.ref = r.ref
       WHERE r.status = 'unmatched' AND r.receivedAt >= ? AND c.settledAt >= ? AND c.settledAt >= r.receivedAt LIMIT ${AT_ONCE}`,
      [now - LATE_ANSWER_WITHIN, now - 2 * RECONSIDER_EVERY],
    );
    if (rows.length > 0)
      await this.database.execute(
        `UPDATE receipts SET status = 'stored' WHERE status = 'unmatched' AND id IN (${marks(rows.length)})`,
        rows.map((r) => r.id),
      );
  }

  private async matcher(batch: readonly Stored[]): Promise<Matcher> {
    const refs = [...new Set(batch.flatMap((r) => (r.deliveryRef === null && r.ref !== null ? [r.ref] : [])))];
    const calls = await this.callsOf(refs);
    const callsByRef = new Map<string, number[]>();
    for (const { id, gateway, ref } of calls)
      callsByRef.set(`${gateway}:${ref}`, [...(callsByRef.get(`${gateway}:${ref}`) ?? []), id]);
    return new Matcher([...(await this.ownReferences(batch)), ...(await this.ofCalls(callsByRef, batch))], callsByRef);
  }

  /** The calls behind references: the gateway's own, or the request id that we gave it. */
  private async callsOf(refs: readonly string[]): Promise<{ id: number; gateway: string; ref: string }[]> {
    if (refs.length === 0) return [];
    const keys = this.gateways.all().map((g) => g.key);
    const theirs = await this.database.query<{ id: number; gateway: string; ref: string }>(
      `SELECT id, gateway, ref FROM calls WHERE gateway IN (${marks(keys.length)}) AND ref IN (${marks(refs.length)})`,
      [...keys, ...refs],
    );
    const ours = new Map(
      refs.flatMap((ref) => (callOfRequest(ref) === null ? [] : [[callOfRequest(ref)!, ref] as const])),
    );
    if (ours.size === 0) return theirs;
    const given = await this.database.query<{ id: number; gateway: string }>(
      `SELECT id, gateway FROM calls WHERE id IN (${marks(ours.size)})`,
      [...ours.keys()],
    );
    const known = new Set(theirs.map(({ id, ref }) => `${id}:${ref}`));
    const byRequest = given.map((call) => ({ ...call, ref: ours.get(call.id)! }));
    return [...theirs, ...byRequest.filter(({ id, ref }) => !known.has(`${id}:${ref}`))];
  }

  private async ownReferences(batch: readonly Stored[]): Promise<Candidate[]> {
    const ids = [...new Set(batch.flatMap((r) => (r.deliveryRef === null ? [] : [r.deliveryRef])))];
    return ids.length === 0 ? [] : this.candidates(`id IN (${marks(ids.length)})`, ids);
  }

  /**
   * By the number first, for a call has a thousand of them and a set of receipts tells of many calls; the whole call only for
   * receipts that name no number, and what was erased of it for those whose number is not found.
   */
  private async ofCalls(calls: ReadonlyMap<string, readonly number[]>, batch: readonly Stored[]): Promise<Candidate[]> {
    const known = batch.filter((r) => r.deliveryRef === null && calls.has(referenceOf(r)));
    const callIds = [...new Set([...calls.values()].flat())];
    const keys = [...new Set(known.flatMap((r) => (r.addressKey ? [r.addressKey] : [])))];
    const found =
      keys.length === 0
        ? []
        : await this.candidates(
            `addressKey IN (${marks(keys.length)}) AND COALESCE(callId, 0) IN (${marks(callIds.length)})`,
            [...keys, ...callIds],
          );
    const there = new Set(found.map((c) => `${c.callId}:${c.addressKey}`));
    const isThere = (r: Stored) => calls.get(referenceOf(r))!.some((id) => there.has(`${id}:${r.addressKey}`));
    const callsOf = (some: readonly Stored[]) => [...new Set(some.flatMap((r) => calls.get(referenceOf(r))!))];
    const whole = callsOf(known.filter((r) => r.addressKey === null));
    const missed = callsOf(known.filter((r) => r.addressKey !== null && !isThere(r)));
    const more = [
      ...(whole.length === 0 ? [] : await this.candidates(`callId IN (${marks(whole.length)})`, whole)),
      ...(missed.length === 0
        ? []
        : await this.candidates(`callId IN (${marks(missed.length)}) AND addressKey IS NULL`, missed)),
    ];
    return [...new Map([...found, ...more].map((c) => [c.id, c])).values()];
  }

  private candidates(where: string, values: readonly (string | number)[]): Promise<Candidate[]> {
    return this.database.query<Candidate>(
      `SELECT id, gateway, channel, callId, addressKey, personId, township FROM deliveries WHERE ${where}`,
      values,
    );
  }

  /**
   * Where the gateway's reference was lost with its answer: a receipt of an unknown reference settles a delivery in doubt only
   * if gateway, number and time leave exactly one.
   */
  private async onlyCandidate(receipt: Stored, matcher: Matcher): Promise<Candidate | null> {
    if (matcher.knows(receipt) || receipt.addressKey === null) return null;
    if (this.gateways.get(receipt.gateway)?.correlation !== 'theirs') return null;
    const found = await this.database.query<Candidate & { openedAt: number }>(
      `SELECT d.id, d.gateway, d.channel, d.callId, d.addressKey, d.personId, d.township, c.openedAt FROM deliveries d JOIN calls c ON c.id = d.callId
       WHERE d.addressKey = ? AND d.gateway = ? AND d.status = 'uncertain' AND c.openedAt <= ? AND c.openedAt >= ? LIMIT 2`,
      [receipt.addressKey, receipt.gateway, receipt.at + minutes(5), receipt.at - DOUBT_WITHIN],
    );
    return found.length === 1 ? found[0]! : null;
  }

  /** Obeys what was pressed, once: a key is told during the call and again with its end. */
  private async obeyKey(receiptId: number, key: string, delivery: Candidate): Promise<void> {
    // Settlement holds the delivery's row, so nobody else obeys for it now; the locking read sees what they have committed.
    const told = await this.database.one(
      `SELECT id FROM receipts WHERE deliveryId = ? AND keyPressed = ? LIMIT 1${this.database.forUpdate}`,
      [delivery.id, key],
    );
    if (told) return;
    await this.database.execute('UPDATE receipts SET deliveryId = ? WHERE id = ?', [delivery.id, receiptId]);
    if (key === KEY_NO_MORE && delivery.addressKey) await this.optOuts.addByKey(delivery.addressKey, 'voice', 'key');
    if (key === KEY_CALL_ME) {
      await this.tasks.open({
        kind: 'call',
        personId: delivery.personId,
        township: delivery.township || null,
        dueAt: this.clock.now() + hours(4),
      });
    }
  }
}

const referenceOf = ({ gateway, ref }: Stored): string => `${gateway}:${ref}`;

const told = (receipt: Stored, delivery: Candidate): MatchedReceipt => ({
  deliveryId: delivery.id,
  outcome: receipt.outcome,
  at: receipt.at,
  code: receipt.code ?? '',
  ...(receipt.seconds === null ? {} : { seconds: receipt.seconds }),
  ...(receipt.keyPressed === null ? {} : { key: receipt.keyPressed }),
  badNumber: receipt.detail?.includes('badNumber') ?? false,
  optedOut: receipt.detail?.includes('optedOut') ?? false,
});
