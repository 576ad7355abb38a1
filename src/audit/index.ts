export { AuditModule } from './audit.module.js';
export { Entries, type EntryQuery, type Period, type ShownEntry } from './entries.service.js';
export { auditEntities } from './ledger.entity.js';
export { LedgerExport, verifyExport } from './ledger-export.service.js';
export { LedgerWriter } from './ledger-writer.service.js';
export { Sealer } from './sealer.service.js';
export { LedgerVerifier, type Verification } from './verify.service.js';
