/** Receipts' front door. */
export { receiptsEntities } from './receipts.entity.js';
export { dayOf } from './reconciliation/bill.js';
export { Reconciliation, type ReadBill } from './reconciliation/reconciliation.service.js';
export { ReceiptsLoop } from './receipts-loop.service.js';
export { ReceiptsModule } from './receipts.module.js';
