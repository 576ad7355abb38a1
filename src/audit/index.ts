export { AuditModule } from './audit.module.js';
export { type EntryQuery, type Period, type ShownEntry } from './entries.service.js';
export { auditEntities } from './ledger.entity.js';
export { LedgerExport, verifyExport } from './ledger-export.service.js';
export { RootSender } from './root-sender.service.js';
export { Sealer } from './sealer.service.js';
export { SettlementSealer } from './settlement-sealer.service.js';
export { LedgerVerifier, type Verification } from './verify.service.js';
