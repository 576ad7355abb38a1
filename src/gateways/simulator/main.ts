import { readFlags, usage } from './flags.js';
import { startSimulator, type RunningSimulator } from './simulator.js';

const flags = readFlags(process.argv.slice(2));
if ('help' in flags) {
  console.log(usage);
} else if ('mistake' in flags) {
  console.error(`${flags.mistake}\n\n${usage}`);
  process.exitCode = 2;
} else {
  await run(() => startSimulator(flags.options));
}

async function run(start: () => Promise<RunningSimulator>): Promise<void> {
  try {
    const simulator = await start();
    console.log(`Simulator listening on ${simulator.url}`);
    if (simulator.smtpPort !== undefined) console.log(`Simulator takes mail on port ${simulator.smtpPort}`);
    const stop = (): void => void simulator.close().then(() => process.exit(0));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } catch (error) {
    console.error(`Simulator cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
