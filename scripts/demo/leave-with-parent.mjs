/** Loaded into the simulator's process: when the demo that started it is gone, however it went, the simulator goes, too. */
import process from 'node:process';

process.once('disconnect', () => process.exit(0));
