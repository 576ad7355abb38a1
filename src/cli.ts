import './frugal.js';
import 'reflect-metadata';
import { CommanderError } from 'commander';
import { errorText, WrongWords } from './cli/answer.js';
import { program } from './cli/program.js';

// Libraries that talk do it on the error channel: the other holds the answer alone.
console.log = console.error;
// Whoever reads only the first lines (`| head`) has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // It has said what is wrong, or shown the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const text = errorText(error);
    console.error(process.argv.includes('--json') ? JSON.stringify({ error: text }) : `error: ${text}`);
    process.exitCode = error instanceof WrongWords ? 2 : 1;
  }
}
