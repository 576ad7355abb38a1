import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { GroupChats, People, type MaskedGroupChat, type MaskedPerson } from '../../audience/index.js';
import {
  Chance,
  Clock,
  CountyTime,
  Database,
  err,
  Ledger,
  marks,
  ok,
  pageOf,
  type Instant,
  type Page,
  type Result,
  type SqlValue,
} from '../../platform/index.js';
import { Messages, type StoredMessage } from '../messages.service.js';
import { Settlement } from '../settle/settlement.service.js';

interface TaskRow {
  readonly id: string;
  readonly kind: 'post' | 'visit' | 'call';
  readonly status: 'open' | 'done';
  readonly deliveryId: number | null;
  readonly personId: number | null;
  readonly groupChatId: string | null;
  readonly township: string | null;
  readonly assignee: string | null;
  readonly dueAt: Instant;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly appInstalled: number | null;
  readonly place: string | null;
  readonly happenedAt: Instant | null;
  readonly doneAt: Instant | null;
}

/** What a field worker says of a task; `at` is when it came about, where that was not just now. */
export interface TaskReport {
  readonly outcome: string;
  readonly note?: string | undefined;
  readonly appInstalled?: boolean | undefined;
  readonly place?: string | undefined;
  readonly at?: Instant | undefined;
}

/** A task as its list shows it. */
export interface TaskView {
  readonly id: string;
  readonly kind: TaskRow['kind'];
  readonly status: TaskRow['status'];
  readonly title?: string;
  readonly text?: string;
  readonly groupChat?: MaskedGroupChat | null;
  readonly person?: MaskedPerson | null;
  readonly assignee: string | null;
  readonly township: string | null;
  readonly due: string;
  readonly overdue: boolean;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly appInstalled: boolean | null;
  readonly place: string | null;
  /** When it came about. */
  readonly at: string | null;
  readonly doneAt: string | null;
}

/** What came of a task; `posted`, `met` and `reached` are attested, the others say that it did not come about. */
export const TASK_OUTCOMES = {
  post: ['posted', 'declined'],
  visit: ['met', 'notMet', 'declined'],
  call: ['reached', 'notReached'],
} as const;
const ATTESTED = ['posted', 'met', 'reached'];

/** What the list of tasks shows of other rooms. */
@Injectable()
export class TaskViewRooms {
  constructor(
    readonly people: People,
    readonly chats: GroupChats,
    readonly messages: Messages,
  ) {}
}

/** Assisted posts, visits and call-backs: what field workers do and attest. */
@Injectable()
export class Tasks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly county: CountyTime,
    private readonly chance: Chance,
    private readonly settlement: Settlement,
    private readonly ledger: Ledger,
    private readonly rooms: TaskViewRooms,
  ) {}

  async list(
    ask: { mine: boolean; overdue?: boolean; status?: string; cursor?: string; limit: number },
    viewer: Actor,
  ): Promise<Page<TaskView>> {
    const { where, values } = this.scope(viewer, ask.mine);
    if (ask.status) {
      where.push('t.status = ?');
      values.push(ask.status);
    }
    if (ask.overdue) {
      where.push("t.status = 'open' AND t.dueAt < ?");
      values.push(this.clock.now());
    }
    if (ask.cursor) {
      where.push('t.id > ?');
      values.push(ask.cursor);
    }
    const rows = await this.database.query<TaskRow>(
      `SELECT t.* FROM tasks t WHERE ${where.join(' AND ')} ORDER BY t.id LIMIT ${ask.limit + 1}`,
      values,
    );
    const page = pageOf(
      rows,
      ask.limit,
      (row) => row.id,
      (row) => row,
    );
    return { items: await this.views(page.items, viewer), nextCursor: page.nextCursor };
  }

  /** A field worker sees the tasks that are theirs: given to them by name, or open in their township. */
  private scope(viewer: Actor, isMine: boolean): { where: string[]; values: SqlValue[] } {
    if (viewer.role === 'field' || isMine) {
      return {
        where: ["(t.assignee = ? OR (t.assignee IS NULL AND t.township = ? AND t.kind <> 'post'))"],
        values: [viewer.name, viewer.scope.township ?? ''],
      };
    }
    return viewer.scope.township === null
      ? { where: ['1 = 1'], values: [] }
      : { where: ['t.township = ?'], values: [viewer.scope.township] };
  }

  private async views(rows: readonly TaskRow[], viewer: Actor): Promise<TaskView[]> {
    const people = await this.rooms.people.masked(
      rows.flatMap((r) => (r.personId === null ? [] : [r.personId])),
      viewer,
    );
    const chats = await this.rooms.chats.masked(rows.flatMap((r) => (r.groupChatId === null ? [] : [r.groupChatId])));
    const wordings = await this.wordings(rows);
    const views: TaskView[] = [];
    for (const row of rows) {
      views.push({
        id: row.id,
        kind: row.kind,
        status: row.status,
        ...(row.deliveryId === null ? {} : wordings.get(row.deliveryId)),
        ...(row.groupChatId === null ? {} : { groupChat: chats.get(row.groupChatId) ?? null }),
        ...(row.personId === null ? {} : { person: people.get(row.personId) ?? null }),
        assignee: row.assignee,
        township: row.township,
        due: this.county.iso(row.dueAt),
        overdue: row.status === 'open' && row.dueAt < this.clock.now(),
        outcome: row.outcome,
        note: row.note,
        appInstalled: row.appInstalled === null ? null : Boolean(row.appInstalled),
        place: row.place,
        at: this.county.isoOrNull(row.happenedAt),
        doneAt: this.county.isoOrNull(row.doneAt),
      });
    }
    return views;
  }

  /** Each task's text by its delivery, in one look for the whole page. */
  private async wordings(rows: readonly TaskRow[]): Promise<Map<number, { title?: string; text?: string }>> {
    const ids = rows.flatMap((row) => (row.deliveryId === null ? [] : [row.deliveryId]));
    if (ids.length === 0) return new Map();
    const deliveries = await this.database.query<StoredMessage & { id: number }>(
      `SELECT id, scriptVersionId, suffixMonth, sentenceId, variables, gateway FROM deliveries WHERE id IN (${marks(ids.length)})`,
      ids,
    );
    const texts = await this.rooms.messages.recallAll(deliveries);
    return new Map(deliveries.map(({ id }, i) => [id, texts[i]!]));
  }

  async done(
    id: string,
    report: TaskReport,
    by: Actor,
  ): Promise<Result<void, 'notFound' | 'alreadyDone' | 'wrongOutcome' | 'notYet'>> {
    const { where, values } = this.scope(by, false);
    return this.database.transaction(async () => {
      const row = await this.database.one<TaskRow>(
        `SELECT t.* FROM tasks t WHERE t.id = ? AND ${where.join(' AND ')}${this.database.forUpdate}`,
        [id, ...values],
      );
      if (!row) return err('notFound');
      if (row.status === 'done') return err('alreadyDone');
      if (!(TASK_OUTCOMES[row.kind] as readonly string[]).includes(report.outcome))
        return err('wrongOutcome', TASK_OUTCOMES[row.kind]);
      const now = this.clock.now();
      const { outcome, note = null, appInstalled = null, place = null, at: happenedAt = now } = report;
      if (happenedAt > now) return err('notYet');
      await this.database.execute(
        "UPDATE tasks SET status = 'done', outcome = ?, note = ?, appInstalled = ?, place = ?, happenedAt = ?, doneBy = ?, doneAt = ? WHERE id = ?",
        [outcome, note, appInstalled, place, happenedAt, by.id, now, id],
      );
      if (row.deliveryId !== null) {
        const isAttested = ATTESTED.includes(report.outcome);
        await this.settlement.receipts([
          {
            deliveryId: row.deliveryId,
            outcome: isAttested ? 'delivered' : 'undelivered',
            attended: isAttested && row.kind === 'visit',
            at: happenedAt,
            code: report.outcome,
          },
        ]);
      }
      await this.ledger.write({
        action: 'task.done',
        subject: `task/${id}`,
        by: { id: by.id, name: by.name },
        detail: { kind: row.kind, outcome: report.outcome },
      });
      return ok(undefined);
    });
  }

  /** Somebody asked to be called, or a reply needs a person. Inside the caller's transaction. */
  async open(task: {
    kind: 'visit' | 'call';
    personId: number | null;
    township: string | null;
    uplinkId?: string;
    dueAt: Instant;
  }): Promise<void> {
    const { kind, personId, township, uplinkId, dueAt } = task;
    await this.database.insert(
      'tasks',
      ['id', 'kind', 'status', 'personId', 'township', 'uplinkId', 'dueAt', 'createdAt'],
      [[this.chance.id(this.clock), kind, 'open', personId, township, uplinkId ?? null, dueAt, this.clock.now()]],
    );
  }
}
