import { FirstThread1732406400000 } from './0001-first-thread.js';
import { Library1732492800000 } from './0002-library.js';
import { Campaigns1732579200000 } from './0003-campaigns.js';
import { Audience1732665600000 } from './0004-audience.js';
import { People1732752000000 } from './0005-people.js';
import { ManyWorkers1732838400000 } from './0006-many-workers.js';
import { Reconciliation1732924800000 } from './0007-reconciliation.js';
import { Proofs1733011200000 } from './0008-proofs.js';
import { FieldWork1733054400000 } from './0009-field-work.js';
import { Accounts1733097600000 } from './0010-accounts.js';

/** In order, for ever: a migration that has been released is never edited. */
export const migrations = [
  FirstThread1732406400000,
  Library1732492800000,
  Campaigns1732579200000,
  Audience1732665600000,
  People1732752000000,
  ManyWorkers1732838400000,
  Reconciliation1732924800000,
  Proofs1733011200000,
  FieldWork1733054400000,
  Accounts1733097600000,
];
