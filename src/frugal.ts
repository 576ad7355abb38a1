/**
 * Imported before all else by each of the product's entries. V8 lets the heap of a machine with much memory grow to several times
 * of what is in use before it clears it away; here the next clearing comes when half as much again is there.
 * (The space of the young, `--max-semi-space-size`, can only be set where Node starts: package.json, the units of docs/operators.md.)
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--heap-growing-percent=50');
