import { Injectable } from '@nestjs/common';
import type { Actor } from '../../accounts/index.js';
import { GroupChats, People, type MaskedGroupChat, type MaskedPerson } from '../../audience/index.js';
import { Library, whyInWords } from '../../library/index.js';
import { CountyTime, Database, marks, pageOf, type Instant, type Page, type SqlValue } from '../../platform/index.js';
import { DELIVERY_COLUMNS, SENT, type DeliveryRow } from '../delivery.js';
import { Messages } from '../messages.service.js';

export interface DeliveryQuestion {
  readonly runId?: string;
  /** Where no run is named. */
  readonly ids?: readonly number[];
  readonly campaign?: string;
  readonly personId?: number;
  readonly status?: string;
  readonly channel?: string;
  readonly gateway?: string;
  readonly population?: string;
  readonly township?: string;
  readonly type?: string;
  readonly trick?: string;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly cursor?: string;
  readonly limit: number;
}

type Row = DeliveryRow & {
  readonly why: string;
  readonly attempts: number;
  readonly receiptAt: Instant | null;
  readonly settledAt: Instant | null;
  readonly seconds: number | null;
};

/** A delivery as an auditor sees it. */
export interface DeliveryView {
  readonly id: string;
  readonly runId: string;
  readonly campaignId: string;
  readonly person?: MaskedPerson | null;
  readonly personId?: string;
  readonly externalId?: string | null;
  readonly groupChat?: MaskedGroupChat | null;
  readonly groupChatId?: string;
  readonly channel: string;
  readonly gateway: string;
  readonly population: string | null;
  readonly township: string | null;
  readonly type: string | null;
  readonly trick: string | null;
  readonly script: { readonly id: string; readonly versionId: string; readonly variant: number } | null;
  readonly title?: string;
  readonly text: string;
  readonly smsParts?: number;
  /** Why this trick and this wording, in Chinese words. */
  readonly why: string;
  readonly status: string;
  readonly attended: boolean;
  /** The gateway's or our own code of what went wrong. */
  readonly reason?: string;
  /** How long a call was heard. */
  readonly seconds?: number;
  readonly attempts: number;
  readonly callId: string | null;
  readonly sentAt: string | null;
  readonly receiptAt: string | null;
}

/** Deliveries as an auditor sees them: masked, with the text recomputed and the reason in words. */
@Injectable()
export class DeliveryViews {
  constructor(
    private readonly database: Database,
    private readonly county: CountyTime,
    private readonly people: People,
    private readonly chats: GroupChats,
    private readonly library: Library,
    private readonly messages: Messages,
  ) {}

  async list(question: DeliveryQuestion, viewer: Actor): Promise<Page<DeliveryView>> {
    const { conditions, values } = conditionsOf(question, viewer);
    const rows = await this.database.query<Row>(
      `SELECT ${DELIVERY_COLUMNS.split(', ')
        .map((c) => `d.${c}`)
        .join(', ')}, d.why, d.attempts, d.receiptAt, d.settledAt, d.seconds
       FROM deliveries d JOIN runs r ON r.id = d.runId WHERE ${conditions.join(' AND ')} ORDER BY d.id LIMIT ${question.limit + 1}`,
      values,
    );
    const page = pageOf(
      rows,
      question.limit,
      (row) => row.id,
      (row) => row,
    );
    return { items: await this.shown(page.items, viewer), nextCursor: page.nextCursor };
  }

  private async shown(rows: readonly Row[], viewer: Actor): Promise<DeliveryView[]> {
    const people = await this.people.masked(
      rows.flatMap((r) => (r.personId === null ? [] : [r.personId])),
      viewer,
    );
    const chats = await this.chats.masked(rows.flatMap((r) => (r.groupChatId === null ? [] : [r.groupChatId])));
    const names = new Map((await this.library.tricks()).map((trick) => [trick.code, trick.nameZh]));
    const shown: DeliveryView[] = [];
    for (const row of rows) {
      const script = await this.library.version(row.scriptVersionId);
      const message = await this.messages.recall(row);
      const person = row.personId === null ? undefined : people.get(row.personId);
      shown.push({
        id: String(row.id),
        runId: row.runId,
        campaignId: row.campaignId,
        ...(row.personId === null
          ? {}
          : { person: person ?? null, personId: String(row.personId), externalId: person?.externalId ?? null }),
        ...(row.groupChatId === null
          ? {}
          : { groupChat: chats.get(row.groupChatId) ?? null, groupChatId: row.groupChatId }),
        channel: row.channel,
        gateway: row.gateway,
        population: row.population,
        township: row.township,
        type: row.type,
        trick: row.trick,
        script: script ? { id: script.scriptId, versionId: String(script.versionId), variant: script.variant } : null,
        ...message,
        ...(row.channel === 'sms' ? { smsParts: row.parts } : {}),
        why: whyInWords(row.why, 'zh', viewer.mayReadSensitive, names.get(row.trick)),
        status: row.status,
        attended: Boolean(row.attended),
        ...(row.code ? { reason: row.code } : {}),
        ...(row.seconds === null ? {} : { seconds: row.seconds }),
        attempts: row.attempts,
        callId: row.callId === null ? null : String(row.callId),
        sentAt: this.county.isoOrNull(row.sentAt),
        receiptAt: this.county.isoOrNull(row.receiptAt),
      });
    }
    return shown;
  }
}

const EQUALS = ['channel', 'gateway', 'population', 'type', 'trick'] as const;

/**
 * Tests and fixed answers are in no count, hence in no list of a count; whoever names a run or deliveries gets what was named. A
 * township's officer sees the township's deliveries only.
 */
function conditionsOf(question: DeliveryQuestion, viewer: Actor): { conditions: string[]; values: SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...more: SqlValue[]) => {
    conditions.push(condition);
    values.push(...more);
  };
  if (question.runId) add('d.runId = ?', question.runId);
  else if (question.ids) add(`d.id IN (${marks(question.ids.length)})`, ...question.ids);
  else add("r.kind NOT IN ('test', 'answer')");
  for (const name of EQUALS) if (question[name]) add(`d.${name} = ?`, question[name]);
  if (question.township) add('d.township = ?', question.township);
  if (question.campaign) add('d.campaignId = ?', question.campaign);
  if (question.personId !== undefined) add('d.personId = ?', question.personId);
  if (question.status === 'sent') add(`d.status IN (${marks(SENT.length)})`, ...SENT);
  else if (question.status) add('d.status = ?', question.status);
  if (question.from !== undefined) add('r.occurrence >= ?', question.from);
  if (question.to !== undefined) add('r.occurrence < ?', question.to);
  if (question.cursor) add('d.id > ?', Number(question.cursor));
  if (viewer.scope.township !== null) add('d.township = ?', viewer.scope.township);
  return { conditions, values };
}
