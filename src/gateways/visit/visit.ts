import { z } from 'zod';
import { connection, defineAdapter } from '../contract.js';

const settings = z.strictObject(connection);

/** A visit at home (上门面劝): a task for the field workers of the person's township, signed off when done. */
export const visit = defineAdapter<z.output<typeof settings>>({
  id: 'visit',
  title: { zh: '上门面劝', en: 'Visit' },
  transport: 'task',
  task: 'visit',
  channels: ['visit'],
  settings,
  secrets: [],
  limits: { sameContent: 1000, ownContent: 1000 },
  correlation: 'ours',
  promises: { deduplicates: true, receipts: 'none' },
});
