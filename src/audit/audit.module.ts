import { Global, Module } from '@nestjs/common';
import { Ledger } from '../platform/index.js';
import { AuditController } from './audit.controller.js';
import { Checkpoints } from './checkpoints.service.js';
import { Entries } from './entries.service.js';
import { LedgerExport } from './ledger-export.service.js';
import { LedgerWriter } from './ledger-writer.service.js';
import { Sealer } from './sealer.service.js';
import { LedgerVerifier } from './verify.service.js';

/** Gives every room the ledger's port, and auditors its proof. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [{ provide: Ledger, useClass: LedgerWriter }, Sealer, Checkpoints, Entries, LedgerVerifier, LedgerExport],
  exports: [Ledger, Sealer, LedgerVerifier, LedgerExport, Entries],
})
export class AuditModule {}
