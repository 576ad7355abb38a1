/**
 * The compiled file of a thread, beside the module that starts it (`import.meta.url`). A thread is always started from the build:
 * under a test runner, which compiles sources in memory, that is the one which was made before the tests.
 */
export const threadFile = (beside: string, name: string): URL =>
  new URL(name, beside.replace(/\/src\/(.*)\.ts$/, '/dist/$1.js'));
