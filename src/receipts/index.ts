/** Receipts' front door. */
export { receiptsEntities } from './receipts.entity.js';
export { ReceiptsLoop } from './receipts-loop.service.js';
export { ReceiptsModule } from './receipts.module.js';
