/** `npm run client`: after a route has changed, writes down what routes answer and the types of the console's client. */
import { installed, run } from './ready.mjs';

await installed();
const answers = await run(process.execPath, ['scripts/answers.mjs']);
const types = await run(
  process.execPath,
  ['node_modules/jest/bin/jest.js', 'test/guards/client.spec.ts', '-t', 'generated'],
  {
    env: { WRITE_CLIENT: '1', NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  },
);
process.exit(answers.code || types.code);
