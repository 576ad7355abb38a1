/**
 * The closed lists of the mission (docs/architecture.md, "The words") that rooms share which may not see each other. Each is
 * named here once; a column, a schema and a report take them from here.
 */

/** 人群, from the widest to the one that says most of somebody; a person may be in several. */
export const POPULATIONS = ['local', 'migrant', 'arrival', 'special'] as const;
export type Population = (typeof POPULATIONS)[number];

/** Of several populations the one that says most comes first: special > arrival > migrant > local. */
export const MOST_TELLING_FIRST: readonly Population[] = [...POPULATIONS].reverse();

/** Where group chats live. `wechat` has no API: its owner posts by hand. The others have a robot. */
export const CHAT_PLATFORMS = ['wechat', 'wecom', 'dingtalk', 'zhezhengding'] as const;
export type ChatPlatform = (typeof CHAT_PLATFORMS)[number];

/** What those without the right to sensitive tags read in the place of a name, a reason or a tag that would tell of one. */
export const DISCREET_NAME = '重点提醒';
