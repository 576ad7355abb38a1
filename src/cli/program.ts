import { Command } from 'commander';
import { addBackup } from './backup.js';
import { addCounters } from './counters.js';
import { addDoctor } from './doctor.js';
import { addGateway } from './gateway.js';
import { addImportPeople } from './import-people.js';
import { addKeys } from './keys.js';
import { addLedger } from './ledger.js';
import { addMigrate } from './migrate.js';
import { addOptOut } from './opt-out.js';
import { addPlan } from './plan.js';
import { addReconcile } from './reconcile.js';
import { addReport } from './report.js';
import { addRestore } from './restore.js';
import { addRetention } from './retention.js';
import { addRun } from './run.js';
import { addTick } from './tick.js';
import { addUser } from './user.js';

const COMMANDS = [
  addMigrate,
  addUser,
  addImportPeople,
  addOptOut,
  addPlan,
  addRun,
  addTick,
  addReport,
  addReconcile,
  addGateway,
  addLedger,
  addCounters,
  addDoctor,
  addBackup,
  addRestore,
  addRetention,
  addKeys,
];

const AFTER = `
Exit codes: 0 yes, 1 no or it cannot be done, 2 the words are not understood.
Environment: DATABASE_URL, TIDECALL_CONFIG, TIDECALL_DATA_KEY, TIDECALL_INDEX_KEY, REDIS_URL`;

/** All commands. Words that are not understood throw; nothing here ends the process. */
export function program(): Command {
  const root = new Command('npm run cli --')
    .description('Tidecall (潮信) at the terminal')
    .exitOverride()
    .showHelpAfterError('(--help tells what is understood)')
    .addHelpText('after', AFTER);
  for (const add of COMMANDS) add(root);
  return root;
}
