import { Global, Module } from '@nestjs/common';
import { ClosedDays, Ledger, SettlementLog } from '../platform/index.js';
import { WireModule } from '../platform/wire/index.js';
import { AuditController } from './audit.controller.js';
import { Checkpoints } from './checkpoints.service.js';
import { ClosedDaysReader } from './closed-days.service.js';
import { Entries } from './entries.service.js';
import { LedgerExport } from './ledger-export.service.js';
import { LedgerWriter } from './ledger-writer.service.js';
import { RootSender } from './root-sender.service.js';
import { Sealer } from './sealer.service.js';
import { Proofs } from './proofs.service.js';
import { SettlementWriter } from './settlement-log.service.js';
import { SettlementRecords } from './settlement-records.service.js';
import { SettlementSealer } from './settlement-sealer.service.js';
import { SettlementVerifier } from './settlement-verifier.service.js';
import { LedgerVerifier } from './verify.service.js';

/** Gives every room the ledger's port, and auditors its proof. */
@Global()
@Module({
  imports: [WireModule],
  controllers: [AuditController],
  providers: [
    { provide: Ledger, useClass: LedgerWriter },
    { provide: SettlementLog, useClass: SettlementWriter },
    { provide: ClosedDays, useClass: ClosedDaysReader },
    RootSender,
    Sealer,
    SettlementSealer,
    SettlementRecords,
    SettlementVerifier,
    Proofs,
    Checkpoints,
    Entries,
    LedgerVerifier,
    LedgerExport,
  ],
  exports: [Ledger, SettlementLog, ClosedDays, Sealer, SettlementSealer, LedgerVerifier, LedgerExport, Entries],
})
export class AuditModule {}
