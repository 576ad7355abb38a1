import { z } from 'zod';
import { connection, defineAdapter } from '../contract.js';

const settings = z.strictObject(connection);

/** Residents' WeChat groups have no API: their owner gets a task with the text, posts it, and attests that. */
export const assistedPost = defineAdapter<z.output<typeof settings>>({
  id: 'assisted-post',
  title: { zh: '群主协助转发', en: 'Assisted post' },
  transport: 'task',
  task: 'post',
  channels: ['chat'],
  platforms: ['wechat'],
  settings,
  secrets: [],
  limits: { sameContent: 1000, ownContent: 1000 },
  correlation: 'ours',
  promises: { deduplicates: true, receipts: 'none' },
});
