import { Injectable } from '@nestjs/common';
import { Database, marks, SettlementLog, type SettlementEvent } from '../platform/index.js';

/** In the place of the person of an event that was not yet a leaf when its person was erased. */
export const FORGOTTEN = -1;

/** Keeps events as they come, in the transaction that made them; the sealer turns them into leaves within seconds. */
@Injectable()
export class SettlementWriter extends SettlementLog {
  constructor(private readonly database: Database) {
    super();
  }

  override async record(events: readonly SettlementEvent[]): Promise<void> {
    await this.database.insert(
      'settlement_events',
      ['deliveryId', 'personId', 'status', 'attended', 'code', 'at'],
      events.map((e) => [e.deliveryId, e.personId, e.status, e.attended, e.code, e.at]),
    );
  }

  override async forget(personIds: readonly number[]): Promise<void> {
    if (personIds.length === 0) return;
    const these = `personId IN (${marks(personIds.length)})`;
    await this.database.transaction(async () => {
      await this.database.execute(`UPDATE settlement_events SET personId = ${FORGOTTEN} WHERE ${these}`, personIds);
      await this.database.execute(
        `UPDATE settlement_leaves SET personId = ${FORGOTTEN}, status = NULL, attended = NULL, code = NULL, at = NULL WHERE ${these}`,
        personIds,
      );
      await this.database.execute(`DELETE FROM settlement_salts WHERE ${these}`, personIds);
    });
  }
}
